// «@» and two letters in a message: members of the community to choose from. Arrows choose, Enter or Tab takes the name, Escape closes.
(() => {
  const WAIT = 180;
  const TYPED = /(?:^|[\s(«„])@([^\s@]{2,}(?: [^\s@]+)?)$/u;

  const connect = (area) => {
    const list = document.createElement("ul");
    list.className = "suggest";
    list.id = `${area.id}-people`;
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", area.labels[0] ? area.labels[0].textContent : "@");
    list.hidden = true;
    area.parentElement.classList.add("has-list");
    area.parentElement.append(list);
    area.setAttribute("aria-controls", list.id);
    area.setAttribute("autocomplete", "off");

    let timer = 0;
    let request = null;
    let chosen = -1;
    const options = () => [...list.querySelectorAll('[role="option"]')];
    const typed = () => TYPED.exec(area.value.slice(0, area.selectionStart));
    const choose = (index) => {
      chosen = index;
      options().forEach((option, place) => option.setAttribute("aria-selected", String(place === index)));
      const option = options()[index];
      if (option) area.setAttribute("aria-activedescendant", option.id);
      else area.removeAttribute("aria-activedescendant");
    };
    const close = () => {
      clearTimeout(timer);
      if (request) request.abort();
      list.hidden = true;
      choose(-1);
    };
    const take = (option) => {
      const found = typed();
      if (found) area.setRangeText(`${option.dataset.words} `, area.selectionStart - found[1].length - 1, area.selectionStart, "end");
      close();
      area.focus();
    };
    const ask = async () => {
      const found = typed();
      if (!found) return close();
      if (request) request.abort();
      request = new AbortController();
      try {
        const answer = await fetch(`${area.dataset.mentions}?${new URLSearchParams({ q: found[1] })}`, { signal: request.signal, credentials: "same-origin" });
        if (!answer.ok || document.activeElement !== area) return close();
        list.innerHTML = await answer.text();
        options().forEach((option, place) => { option.id = `${list.id}-${place}`; });
        list.hidden = options().length === 0;
        choose(-1);
      } catch {
        // No line or a newer question: names can be typed whole.
      }
    };
    area.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(ask, WAIT);
    });
    area.addEventListener("keydown", (event) => {
      if (event.isComposing || list.hidden) return;
      const count = options().length;
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault();
        choose(event.key === "ArrowDown" ? (chosen + 1) % count : (chosen + count - 1) % count);
      } else if ((event.key === "Enter" || event.key === "Tab") && chosen >= 0) {
        event.preventDefault();
        take(options()[chosen]);
      } else if (event.key === "Escape") {
        event.preventDefault();
        close();
      }
    });
    area.addEventListener("blur", close);
    list.addEventListener("mousedown", (event) => event.preventDefault());
    list.addEventListener("click", (event) => {
      const option = event.target.closest('[role="option"]');
      if (option) take(option);
    });
  };
  const connectAll = () => document.querySelectorAll("textarea[data-mentions]").forEach(connect);
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", connectAll);
  else connectAll();
})();
