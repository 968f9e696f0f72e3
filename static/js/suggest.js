// Suggestions while typing: a combobox with a list. Arrows choose, Enter opens, Escape closes; Enter without a choice submits the form as ever.
(() => {
  const WAIT = 180;
  const SHORTEST = 3;

  const connect = (input) => {
    const list = document.createElement("ul");
    list.className = "suggest";
    list.id = `${input.id}-suggestions`;
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", input.dataset.suggestLabel);
    list.hidden = true;
    const status = document.createElement("span");
    status.className = "vh";
    status.setAttribute("role", "status");
    input.form.append(list, status);
    for (const [name, value] of Object.entries({ role: "combobox", autocomplete: "off", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": list.id })) input.setAttribute(name, value);

    let timer = 0;
    let request = null;
    let chosen = -1;
    const options = () => [...list.querySelectorAll('[role="option"]')];
    const choose = (index) => {
      chosen = index;
      options().forEach((option, place) => option.setAttribute("aria-selected", String(place === index)));
      const option = options()[index];
      if (option) {
        input.setAttribute("aria-activedescendant", option.id);
        option.scrollIntoView({ block: "nearest" });
      } else input.removeAttribute("aria-activedescendant");
    };
    const close = () => {
      clearTimeout(timer);
      if (request) request.abort();
      list.hidden = true;
      input.setAttribute("aria-expanded", "false");
      status.textContent = "";
      choose(-1);
    };
    const show = (html) => {
      list.innerHTML = html;
      options().forEach((option, place) => { option.id = `${list.id}-${place}`; });
      const words = list.querySelector("[data-status]");
      choose(-1);
      list.hidden = options().length === 0;
      input.setAttribute("aria-expanded", String(!list.hidden));
      status.textContent = words ? words.textContent : "";
      if (words) words.remove();
    };
    const ask = async () => {
      const text = input.value.trim();
      if (text.length < SHORTEST) return close();
      if (request) request.abort();
      request = new AbortController();
      try {
        const answer = await fetch(`${input.dataset.suggest}?${new URLSearchParams({ q: text })}`, { signal: request.signal, credentials: "same-origin" });
        if (answer.ok && document.activeElement === input) show(await answer.text());
      } catch {
        // No line or a newer question: the field works without suggestions.
      }
    };
    input.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(ask, WAIT);
    });
    input.addEventListener("keydown", (event) => {
      if (event.isComposing) return;
      const count = options().length;
      if ((event.key === "ArrowDown" || event.key === "ArrowUp") && !list.hidden) {
        event.preventDefault();
        // One place more than there are options: nothing chosen, the text as it was typed.
        choose(event.key === "ArrowDown" ? (chosen + 2) % (count + 1) - 1 : (chosen + count + 1) % (count + 1) - 1);
      } else if (event.key === "ArrowDown") ask();
      else if (event.key === "Enter" && chosen >= 0) {
        event.preventDefault();
        location.assign(options()[chosen].dataset.href);
      } else if (event.key === "Escape" && !list.hidden) {
        event.preventDefault();
        close();
      }
    });
    input.addEventListener("blur", close);
    // The field keeps the focus while an option is pressed.
    list.addEventListener("mousedown", (event) => event.preventDefault());
    list.addEventListener("click", (event) => {
      const option = event.target.closest('[role="option"]');
      if (option) location.assign(option.dataset.href);
    });
  };
  const connectAll = () => document.querySelectorAll("input[data-suggest]").forEach(connect);
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", connectAll);
  else connectAll();
})();
