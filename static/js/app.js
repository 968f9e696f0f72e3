// Loads every behaviour in this order. `manage.py build_static` reads PARTS and puts one file of all parts in this file's place.
const PARTS = ["../django_htmx/htmx-2.min.js", "errors.js", "dropzone.js", "upload.js", "suggest.js", "mentions.js", "send_itself.js", "copy.js"];
const here = document.currentScript.src;
for (const part of PARTS) {
  const script = document.createElement("script");
  script.src = new URL(part, here).href;
  script.async = false;
  document.head.append(script);
}
