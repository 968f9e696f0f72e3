// A form that says what the reader has done anyway («read up to here») sends itself; its button is for those without scripts.
(() => {
  const send = async (form) => {
    form.hidden = true;
    try {
      await fetch(form.action, { method: "POST", body: new FormData(form), credentials: "same-origin", redirect: "manual" });
    } catch {
      form.hidden = false;
    }
  };
  const sendAll = () => document.querySelectorAll("form[data-send-itself]").forEach(send);
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", sendAll);
  else sendAll();
})();
