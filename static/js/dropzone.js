// Files may be dragged onto the box around a file input: the box lights up and hands them to the input.
(() => {
  const boxOf = (event) => (event.target instanceof Element ? event.target.closest("[data-drop]") : null);
  const inputOf = (box) => box.querySelector('input[type="file"]');
  const showHints = () => {
    for (const hint of document.querySelectorAll("[data-drop-hint]")) hint.hidden = false;
  };
  document.addEventListener("dragover", (event) => {
    const box = boxOf(event);
    if (!box || !inputOf(box)) return;
    event.preventDefault();
    box.classList.add("over");
  });
  document.addEventListener("dragleave", (event) => {
    const box = boxOf(event);
    if (box && !box.contains(event.relatedTarget)) box.classList.remove("over");
  });
  document.addEventListener("drop", (event) => {
    const box = boxOf(event);
    if (!box || !inputOf(box)) return;
    event.preventDefault();
    box.classList.remove("over");
    const input = inputOf(box);
    input.files = event.dataTransfer.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  });
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", showHints);
  else showHints();
})();
