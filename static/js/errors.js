// After a failed form the summary of errors gets the focus, so that it is read first.
(() => {
  const focusSummary = (root) => {
    const summary = root.querySelector("[data-errors]");
    if (summary) summary.focus();
  };
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", () => focusSummary(document));
  else focusSummary(document);
  document.addEventListener("htmx:afterSwap", (event) => focusSummary(event.target));
})();
