// Files chosen on a material's form travel at once, in pieces. A broken line or a reloaded page goes on from the same place:
// how much has come is asked of the server, which upload a file belongs to is kept in localStorage.
(() => {
  const FIRST_PIECE = 256 * 1024;
  const SMALLEST_PIECE = 64 * 1024;
  const LONGEST_WAIT = 30000;
  const TIMEOUT = 120000;
  const LOOKS = 20;

  class Refused extends Error {
    constructor(text, newUrl = "") {
      super(text);
      this.newUrl = newUrl;
    }
  }
  class Stopped extends Error {}
  class Waiting extends Error {}

  const begin = (form) => {
    const input = form.querySelector("input[type=file][data-upload]");
    const rows = form.querySelector("[data-upload-rows]");
    const template = form.querySelector("[data-upload-row]");
    if (!input || !rows || !template || !("requestSubmit" in form)) return;
    const words = form.dataset;
    const status = form.querySelector("[data-upload-status]");
    const waiting = form.querySelector("[data-upload-wait]");
    const number = new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: 1 });
    const touched = new Set();
    let batch = 0;
    let last = null;
    let queue = Promise.resolve();
    let running = 0;
    let failed = false;
    let submitter = null;
    let submitting = false;

    const say = (text) => {
      status.textContent = text;
    };
    const sizeOf = (bytes) => {
      const [bytesWord, kilo, mega] = words.units.split("|");
      if (bytes < 1024) return `${bytes}\u00a0${bytesWord}`;
      return bytes < 1048576 ? `${Math.round(bytes / 1024)}\u00a0${kilo}` : `${number.format(bytes / 1048576)}\u00a0${mega}`;
    };
    const timeOf = (seconds) => {
      const [short, long] = words.times.split("|");
      return seconds < 60 ? `${Math.max(1, Math.ceil(seconds))}\u00a0${short}` : `${Math.ceil(seconds / 60)}\u00a0${long}`;
    };

    // --- what this browser remembers
    const keyOf = (file) => `upload:${file.name}|${file.size}|${file.lastModified}`;
    const remembered = (file) => {
      try {
        return localStorage.getItem(keyOf(file));
      } catch {
        return null;
      }
    };
    const remember = (file, url) => {
      try {
        if (url) localStorage.setItem(keyOf(file), url);
        else localStorage.removeItem(keyOf(file));
      } catch {
        // Without a memory only a reload is lost, not the line.
      }
    };

    // --- requests
    const ask = (job, method, url, { body = null, headers = {}, onprogress = null } = {}) =>
      new Promise((resolve, reject) => {
        const request = new XMLHttpRequest();
        job.request = request;
        request.open(method, url);
        request.timeout = TIMEOUT;
        request.setRequestHeader("X-CSRFToken", form.querySelector("[name=csrfmiddlewaretoken]").value);
        request.setRequestHeader("Accept", "application/json");
        for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
        if (onprogress) request.upload.addEventListener("progress", onprogress);
        request.addEventListener("load", () => {
          let data = null;
          try {
            data = JSON.parse(request.responseText);
          } catch {
            data = null;
          }
          resolve({ status: request.status, data });
        });
        for (const name of ["error", "timeout", "abort"]) request.addEventListener(name, () => reject(job.stopped ? new Stopped() : new Error(name)));
        request.send(body);
      });
    const judge = ({ status: code, data }) => {
      if (code === 422 || code === 413) throw new Refused(data && data.error ? data.error : words.error, data && data.new_url);
      if (code === 404) throw new Refused(words.error);
      if (code === 401 || code === 403 || (code === 200 && !data)) throw new Refused(words.signedOut);
      // Storage full or away: the server says it, and the upload waits and goes on.
      if (code === 503 && data && data.error) throw new Waiting(data.error);
      if (code >= 400 && code !== 409) throw new Error(String(code));
      if (!data) throw new Refused(words.error);
      return data;
    };
    const pause = (milliseconds) =>
      new Promise((resolve) => {
        const done = () => {
          window.removeEventListener("online", done);
          clearTimeout(timer);
          resolve();
        };
        const timer = setTimeout(done, milliseconds);
        window.addEventListener("online", done);
      });
    // Repeats until it works; only what the server refuses on purpose ends it.
    const stubborn = async (job, attempt) => {
      for (let tries = 0; ; tries += 1) {
        if (job.stopped) throw new Stopped();
        try {
          return await attempt();
        } catch (problem) {
          if (problem instanceof Refused || problem instanceof Stopped) throw problem;
          job.piece = Math.max(SMALLEST_PIECE, job.piece / 2);
          job.show(problem instanceof Waiting ? problem.message : words.offline);
          await pause(Math.min(LONGEST_WAIT, 1000 * 2 ** tries));
        }
      }
    };

    // --- one file
    const adopt = (state) => {
      if (form.dataset.material) return;
      form.dataset.material = state.material;
      form.action = state.edit_url;
      history.replaceState(null, "", state.edit_url);
    };
    // The draft went with the refused file that had made it: the next file makes a new one.
    const forget = (newUrl) => {
      form.dataset.material = "";
      form.action = newUrl;
      history.replaceState(null, "", newUrl);
    };
    const resume = async (job) => {
      const url = remembered(job.file);
      if (!url) return null;
      const answer = await stubborn(job, async () => {
        const got = await ask(job, "GET", url);
        return got.status === 404 ? null : judge(got);
      });
      const fits = answer && (!form.dataset.material || String(answer.material) === form.dataset.material) && !(answer.done && !form.dataset.material);
      if (!fits) remember(job.file, null);
      return fits ? answer : null;
    };
    const announce = (job) =>
      stubborn(job, async () => {
        const body = new URLSearchParams({ name: job.file.name, size: job.file.size, material: form.dataset.material });
        return judge(await ask(job, "POST", form.dataset.start, { body }));
      });
    const sendPiece = async (job, state) => {
      const piece = job.file.slice(state.offset, state.offset + Math.min(job.piece, state.chunk));
      try {
        await piece.slice(0, 1).arrayBuffer();
      } catch {
        throw new Refused(words.error);
      }
      const started = performance.now();
      const answer = judge(
        await ask(job, "PATCH", state.url, {
          body: piece,
          headers: { "Upload-Offset": String(state.offset), "Content-Type": "application/octet-stream" },
          onprogress: (event) => job.progress(state.offset + event.loaded),
        }),
      );
      if (performance.now() - started < 2000) job.piece = Math.min(state.chunk, job.piece * 2);
      return answer;
    };
    const travel = async (job) => {
      let state = (await resume(job)) || (await announce(job));
      adopt(state);
      job.url = state.url;
      remember(job.file, state.url);
      form.querySelector(`[data-unfinished="${CSS.escape(state.id)}"]`)?.remove();
      job.started = { at: performance.now(), offset: state.offset };
      while (!state.done) {
        if (job.stopped) throw new Stopped();
        const known = state;
        job.progress(known.offset);
        state = await stubborn(job, async () => {
          // All bytes are there and the check is not done: ask for it again after a while.
          if (known.offset >= known.size) await pause(1500);
          try {
            return await sendPiece(job, known);
          } catch (problem) {
            if (problem instanceof Refused || problem instanceof Stopped || problem instanceof Waiting) throw problem;
            await pause(1000);
            return judge(await ask(job, "GET", known.url));
          }
        });
      }
      return state;
    };

    // --- rows
    const rowOf = (file) => {
      const row = template.content.firstElementChild.cloneNode(true);
      const extension = file.name.includes(".") ? file.name.split(".").pop().slice(0, 5) : "";
      row.querySelector(".ftype").textContent = extension.toUpperCase();
      row.querySelector("[data-name]").textContent = file.name;
      row.querySelector("[data-remove-name]").textContent = ` ${file.name}`;
      row.querySelector("progress").setAttribute("aria-label", file.name);
      rows.append(row);
      rows.hidden = false;
      return row;
    };
    const jobFor = (file) => {
      const row = rowOf(file);
      const job = { file, row, piece: FIRST_PIECE, stopped: false, url: null, request: null, started: null };
      job.show = (text) => {
        row.querySelector("[data-state]").textContent = text;
      };
      job.progress = (done) => {
        const percent = Math.min(100, Math.floor((done / file.size) * 100));
        row.querySelector("progress").value = percent;
        if (done >= file.size) {
          job.show(words.checking);
          return;
        }
        const speed = job.started ? (done - job.started.offset) / ((performance.now() - job.started.at) / 1000) : 0;
        const parts = [words.progress.replace("{done}", sizeOf(done)).replace("{size}", sizeOf(file.size)), `${percent}\u00a0%`];
        if (speed > 0) parts.push(words.left.replace("{time}", timeOf((file.size - done) / speed)));
        job.show(parts.join(" · "));
      };
      row.querySelector("[data-remove]").addEventListener("click", () => {
        job.stopped = true;
        if (job.request) job.request.abort();
        if (job.url) ask({ stopped: false }, "DELETE", job.url).catch(() => {});
        remember(file, null);
        row.remove();
        input.focus();
      });
      return job;
    };
    const finish = (job, state) => {
      remember(job.file, null);
      const holder = document.createElement("template");
      holder.innerHTML = state.row;
      const row = holder.content.firstElementChild;
      const twin = form.querySelector(`[data-file="${CSS.escape(row.dataset.file)}"]`);
      if (twin) twin.remove();
      job.row.replaceWith(row);
      say(words.ready.replace("{name}", job.file.name));
      for (const [name, value] of Object.entries(state.values)) fill(name, value);
      last = state;
    };
    // After the last file: what all files together tell, asked again until their texts are read.
    const lookAgain = async () => {
      const mine = batch;
      for (let looks = 0; looks < LOOKS && last && last.reading; looks += 1) {
        await pause(1500 + 500 * looks);
        if (mine !== batch || submitting) return;
        const answer = await ask({ stopped: false }, "GET", last.url).catch(() => null);
        if (mine !== batch || submitting) return;
        if (!answer || answer.status !== 200 || !answer.data || !answer.data.done) continue;
        last = answer.data;
        for (const [name, value] of Object.entries(last.values)) fill(name, value);
      }
    };
    const refuse = (job, text) => {
      failed = true;
      remember(job.file, null);
      const message = document.createElement("p");
      message.className = "err-msg";
      message.textContent = text;
      job.row.querySelector("progress").replaceWith(message);
      job.row.querySelector(".meta").remove();
      job.row.classList.add("err");
      say(`${words.failed.replace("{name}", job.file.name)} ${text}`);
    };

    // --- guesses
    const hint = (field, name) => {
      const id = `id_${name}_helptext`;
      let text = document.getElementById(id);
      if (!text) {
        text = document.createElement("p");
        text.className = "hint";
        text.id = id;
        field.querySelector("label, legend").after(text);
        const control = field.matches("fieldset") ? field : field.querySelector("input, select, textarea");
        control.setAttribute("aria-describedby", id);
      }
      text.textContent = words.guessed;
    };
    const fill = (name, value) => {
      if (touched.has(name)) return;
      const controls = [...form.querySelectorAll(`[name="${CSS.escape(name)}"]`)];
      if (!controls.length || value.length === 0) return;
      if (Array.isArray(value)) for (const box of controls) box.checked = value.includes(box.value);
      else controls[0].value = value;
      hint(controls[0].closest(".field"), name);
      const prefilled = form.querySelector("[name=prefilled]");
      if (prefilled) prefilled.value = [...new Set(prefilled.value.split(",").concat(name))].filter(Boolean).join(",");
    };

    // --- the page
    // What stands here without being the portal's guess is a person's: a form that came back with an error, a page gone back to.
    const guessed = (form.querySelector("[name=prefilled]")?.value ?? "").split(",");
    for (const control of form.elements) {
      const filled = control.type === "checkbox" ? control.checked : control.value;
      if (control.name && filled && !guessed.includes(control.name)) touched.add(control.name);
    }
    for (const name of ["input", "change"]) form.addEventListener(name, (event) => event.isTrusted && event.target.name && touched.add(event.target.name));
    input.addEventListener("change", () => {
      const files = [...input.files];
      input.value = "";
      batch += 1;
      for (const job of files.map(jobFor)) {
        running += 1;
        queue = queue.then(async () => {
          try {
            if (job.stopped) return;
            finish(job, await travel(job));
          } catch (problem) {
            if (job.stopped) return;
            if (problem.newUrl) forget(problem.newUrl);
            refuse(job, problem instanceof Refused ? problem.message : words.error);
          } finally {
            running -= 1;
            if (!running && submitter && !failed) form.requestSubmit(submitter);
            else if (!running) lookAgain();
            if (!running && waiting) waiting.textContent = "";
          }
        });
      }
    });
    form.addEventListener("submit", (event) => {
      if (!running) {
        submitting = true;
        return;
      }
      event.preventDefault();
      submitter = event.submitter;
      failed = false;
      if (waiting) waiting.textContent = words.waiting;
    });
    window.addEventListener("beforeunload", (event) => {
      if (running && !submitting) event.preventDefault();
    });
  };

  const beginAll = () => {
    for (const form of document.querySelectorAll("form[data-upload-form]")) begin(form);
  };
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", beginAll);
  else beginAll();
})();
