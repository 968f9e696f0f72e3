"""What the schools of the demo lend to each other, and who has booked it: the same rows as the actions write, in bulk."""

import datetime
import uuid
from collections.abc import Iterator
from dataclasses import dataclass

from communities.levels import derive_level
from communities.models import School, Subject, Teacher
from communities.slugs import latin_slug
from foundation.activity import Act, record_many
from network_portal.demo.people_load import World, noon
from resources.models import Booking, BookingTime, Facility, FacilityHour, TakenSlot
from resources.models.facility import BookingDecision

# Of a hundred schools so many lend something; a village school waits for the bus of others.
SHARE_OF_SCHOOLS = 0.45
WEEKS_BACK, WEEKS_AHEAD = 10, 5


@dataclass(frozen=True)
class Sample:
    """A kind of facility as schools describe it, and what others come for."""

    kind: str
    title: str
    subject: str
    seats: int
    place: str
    description: str
    rules: str
    purposes: tuple[str, ...]
    hours: tuple[int, ...]
    weekdays: tuple[int, ...] = (0, 1, 2, 3, 4)


SAMPLES = (
    Sample("laboratory", "Кабинет физики с цифровой лабораторией", "physics", 24, "2-й этаж, каб. 23",
           "Двенадцать рабочих мест, датчики движения, силы, температуры и напряжения, наборы ОГЭ по механике, оптике и электричеству.",
           "Сменная обувь. Инструктаж проводит заведующий кабинетом, журнал — на столе.",
           ("Лабораторные работы по оптике, 8 класс", "Подготовка к практической части ОГЭ", "Измерение скорости звука, 9 класс"), (14, 15, 16)),
    Sample("laboratory", "Кабинет химии с вытяжкой", "chemistry", 16, "3-й этаж, каб. 31",
           "Вытяжной шкаф, восемь двойных столов с водой, реактивы для качественных реакций и комплект ОГЭ.",
           "Халаты и очки есть на месте. Реактивы выдаёт лаборант.",
           ("Качественные реакции, 11 класс", "Практическая часть ОГЭ по химии", "Занятие кружка «Юный химик»"), (14, 15)),
    Sample("laboratory", "Центр «Точка роста»: микроскопы и датчики", "biology", 15, "1-й этаж, каб. 8",
           "Цифровые микроскопы, датчики pH и содержания кислорода, ноутбуки на каждую пару.",
           "Своих реактивов не приносить. После работы — протереть объективы.",
           ("Строение клетки, 6 класс", "Исследование воды из местной реки", "Проектная работа старшеклассников"), (13, 14, 15, 16)),
    Sample("equipment", "3D-принтер и лазерный резак", "technology", 10, "мастерская",
           "Принтер с областью печати 25 × 25 × 25 см, резак для фанеры до 6 мм, два ноутбука с программами.",
           "Пластик и фанеру приносите с собой. Работает сотрудник мастерской.",
           ("Детали для робота к соревнованиям", "Модели для урока геометрии", "Макет усадьбы, исследовательский проект"), (10, 11, 14, 15)),
    Sample("equipment", "Набор робототехники на 8 команд", "informatics", 16, "каб. информатики",
           "Восемь конструкторов с датчиками, поля для соревнований, зарядные станции.",
           "Набор сдаётся по описи, детали считаем вместе.",
           ("Тренировка перед муниципальными соревнованиями", "Сетевой урок с двумя школами"), (14, 15, 16)),
    Sample("hall", "Спортивный зал 18 × 36 м", "pe", 60, "отдельный вход со двора",
           "Разметка для волейбола, баскетбола и бадминтона, трибуна на 80 мест, раздевалки с душем.",
           "Спортивная обувь со светлой подошвой. Сопровождающий педагог отвечает за порядок.",
           ("Товарищеская встреча по волейболу", "Сдача нормативов ГТО", "Сборы команды перед спартакиадой"), (16, 17, 18, 19), (0, 1, 2, 3, 4, 5)),
    Sample("hall", "Актовый зал с проектором", "", 180, "1-й этаж",
           "Сцена, проектор и экран, два радиомикрофона, фортепиано.",
           "Звук и свет включает наш сотрудник: предупредите за три дня.",
           ("Конференция исследовательских работ", "Педагогические чтения", "Репетиция сводного хора"), (12, 13, 15, 16, 17), (2, 3, 4, 5)),
    Sample("specialist", "Часы учителя-логопеда", "", 2, "каб. 5 или по видеосвязи",
           "Диагностика и консультации для учеников начальной школы и их родителей, рекомендации учителю.",
           "Занятие 30 минут; нужно согласие родителей.",
           ("Консультация для первоклассника", "Диагностика перед ПМПК"), (13, 14, 15), (1, 3)),
    Sample("specialist", "Часы педагога-психолога", "", 12, "каб. 6",
           "Занятия по подготовке к экзаменам, консультации классных руководителей.",
           "Группа до двенадцати человек; цель занятия опишите в заявке.",
           ("Снятие тревоги перед ОГЭ, 9 класс", "Консультация классного руководителя"), (14, 15), (0, 2, 4)),
)  # fmt: skip


def load_facilities(world: World) -> None:
    """Facilities of some schools with their free hours, bookings of the past weeks and of the coming ones: agreed, asked, declined, called off."""
    subjects = {subject.code: subject for subject in Subject.objects.all()}
    staff: dict[int, list[Teacher]] = {}
    for teacher in world.teachers:
        if teacher.school_id and teacher.is_confirmed:
            staff.setdefault(teacher.school_id, []).append(teacher)
    lending = [school for number, school in enumerate(world.schools) if school.pk in staff and (number < 3 or world.rng.random() < SHARE_OF_SCHOOLS)]
    facilities, samples = [], []
    for school in lending:
        for sample in world.rng.sample(SAMPLES, world.rng.choice((1, 1, 2, 3))):
            facilities.append(_facility(world, school, sample, staff[school.pk], subjects))
            samples.append(sample)
    Facility.objects.bulk_create(facilities)
    FacilityHour.objects.bulk_create(
        [
            FacilityHour(facility=facility, weekday=weekday, hour=hour)
            for facility, sample in zip(facilities, samples, strict=True)
            for weekday in sample.weekdays
            for hour in sample.hours
        ]
    )
    people = [teacher for teachers in staff.values() for teacher in teachers]
    _load_bookings(world, list(zip(facilities, samples, strict=True)), people)


def _facility(world: World, school: School, sample: Sample, staff: list[Teacher], subjects: dict[str, Subject]) -> Facility:
    return Facility(
        school=school, kind=sample.kind, title=sample.title, slug=latin_slug(sample.title, max_length=70), description=sample.description,
        rules=sample.rules, place=sample.place, seats=sample.seats, subject=subjects.get(sample.subject),
        responsible=world.rng.choice(staff) if world.rng.random() < 0.5 else None, created_by=staff[0], created_at=noon(world.days_ago(400, 120)),
    )  # fmt: skip


def _load_bookings(world: World, lent: list[tuple[Facility, Sample]], people: list[Teacher]) -> None:
    bookings: list[Booking] = []
    times: list[BookingTime] = []
    acts: list[Act] = []
    for facility, sample in lent:
        for day, hour in _moments(world, sample):
            guest = world.rng.choice(people)
            if guest.school_id == facility.school_id:
                continue
            booking = _booking(world, facility, guest, day, world.rng.choice(sample.purposes))
            bookings.append(booking)
            times.append(BookingTime(booking=booking, day=day, begins=datetime.time(hour), ends=datetime.time(hour, 45)))
    Booking.objects.bulk_create(bookings)
    for time in times:
        # Takes over the key that the booking got when it was saved.
        time.booking = time.booking
    BookingTime.objects.bulk_create(times)
    agreed = [time for time in times if time.booking.is_agreed]
    TakenSlot.objects.bulk_create([TakenSlot(time=time, facility=time.booking.facility, day=time.day, slot=slot) for time in agreed for slot in time.slots])
    for time in agreed:
        booking = time.booking
        level = derive_level([booking.school, booking.facility.school])
        acts.append(Act("facility-lent", by=booking.answered_by or booking.teacher, target=booking, level=level, on=booking.answered_at.date()))
    record_many(acts)


def _moments(world: World, sample: Sample) -> Iterator[tuple[datetime.date, int]]:
    """Days and hours of bookings of one facility, each at most once."""
    monday = world.today - datetime.timedelta(days=world.today.weekday())
    for week in range(-WEEKS_BACK, WEEKS_AHEAD):
        for number in range(world.rng.choice((0, 0, 1, 1, 2))):
            day = monday + datetime.timedelta(weeks=week, days=world.rng.choice(sample.weekdays))
            # Two of one week are kept apart by their hours.
            yield day, sample.hours[number % len(sample.hours)]


def _booking(world: World, facility: Facility, guest: Teacher, day: datetime.date, purpose: str) -> Booking:
    asked = min(day - datetime.timedelta(days=world.rng.randint(3, 12)), world.today - datetime.timedelta(days=1))
    is_past = day < world.today
    draw = world.rng.random()
    decision = BookingDecision.DECLINED if draw < 0.08 else BookingDecision.ACCEPTED if is_past or draw < 0.6 else BookingDecision.WAITING
    booking = Booking(
        facility=facility, teacher=guest, school_id=guest.school_id, purpose=purpose, people=world.rng.randint(1, facility.seats or 12),
        form_key=uuid.UUID(int=world.rng.getrandbits(128), version=4), requested_at=noon(asked), decision=decision,
    )  # fmt: skip
    if decision:
        booking.answered_at, booking.answered_by = noon(asked + datetime.timedelta(days=1)), facility.responsible or facility.created_by
        booking.answer = (
            "В этот день кабинет занят экзаменом." if decision == BookingDecision.DECLINED else world.rng.choice(("", "Ключ на вахте.", "Ждём вас."))
        )
    if decision == BookingDecision.ACCEPTED and draw > 0.95:
        booking.cancelled_at, booking.cancelled_by, booking.cancel_reason = booking.answered_at, guest, "Автобус в ремонте."
    return booking
