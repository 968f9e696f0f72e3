"""Version 1 of the two consents, each a document of its own (trust.md 18)."""

import hashlib

from django.db import migrations

PROCESSING_RU = """Согласие на обработку персональных данных

Я даю согласие оператору, указанному на странице «Персональные данные» этого портала, на обработку моих персональных данных: фамилии, имени, отчества, адреса электронной почты, телефона (если я его укажу), места работы, должности, квалификационной категории, преподаваемых предметов, фотографии (если я её загружу) и сведений о моих действиях на портале.

Цель обработки: участие в сетевом профессиональном взаимодействии педагогов региона — вход на портал, работа в сообществах, публикация и использование учебно-методических материалов, учёт участия.

Действия с данными: сбор, запись, систематизация, накопление, хранение, уточнение, использование, предоставление подтверждённым педагогам сети в пределах настроек видимости, блокирование, удаление, уничтожение — с использованием средств автоматизации.

Согласие действует до его отзыва. Отозвать согласие можно в любой момент на странице профиля или письмом оператору; после отзыва учётная запись блокируется, а данные удаляются или обезличиваются в сроки, установленные законом."""

PROCESSING_EN = """Consent to the processing of personal data

I consent that the operator named on this portal's page “Personal data” processes my personal data: last name, first name, patronymic, e-mail address, phone (if I give it), place of work, position, qualification category, subjects taught, photo (if I upload one) and what I do on the portal.

Purpose: taking part in the network of the region's teachers — signing in, working in communities, publishing and using teaching materials, keeping account of participation.

Operations: collecting, recording, systematising, storing, correcting, using, showing to confirmed teachers of the network within the visibility settings, blocking, deleting and destroying, by automated means.

The consent holds until it is withdrawn, which is possible at any time on the profile page or by a letter to the operator; the account is then blocked and the data deleted or made anonymous within the terms of the law. The Russian text is the binding one."""

PUBLICATION_RU = """Согласие на распространение персональных данных

Я разрешаю оператору, указанному на странице «Персональные данные» этого портала, показывать неограниченному кругу лиц мою фамилию, имя и отчество и место работы рядом с материалами, которые я опубликую как автор.

Другие мои данные не распространяются. Условий и запретов на обработку распространённых данных неограниченным кругом лиц я не устанавливаю.

Это согласие отдельное: без него портал работает полностью, а посетители вместо моего имени видят «автор скрыт». Согласие действует до его отзыва; отозвать его можно в любой момент на странице профиля, имя исчезнет сразу."""

PUBLICATION_EN = """Consent to the dissemination of personal data

I allow the operator named on this portal's page “Personal data” to show my last name, first name, patronymic and place of work to an unlimited circle of persons beside the materials that I publish as their author.

No other data of mine are disseminated. I set no conditions or bans on the processing of the disseminated data by others.

This consent is separate: without it the portal works in full, and visitors see “author hidden” instead of my name. It holds until it is withdrawn, at any time, on the profile page; the name disappears at once. The Russian text is the binding one."""


def fill(apps, schema_editor):
    for purpose, ru, en in (("processing", PROCESSING_RU, PROCESSING_EN), ("publication", PUBLICATION_RU, PUBLICATION_EN)):
        apps.get_model("communities", "ConsentText").objects.create(
            purpose=purpose, version=1, text_ru=ru, text_en=en, sha256=hashlib.sha256(ru.encode()).hexdigest(), published_on="2022-09-01"
        )


class Migration(migrations.Migration):
    dependencies = [("communities", "0002_reference_lists")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
