// Behaviour of the shell and the components. Everything is delegated from the document, so that
// fragments swapped in by htmx need no set-up. Pages may call the functions under window.ff.
(() => {
  "use strict";
  const root = document.documentElement;
  const locale = root.lang || "en-GB";

  // ---------- times in the viewer's zone ----------
  const FORMS = {
    datetime: { day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit", timeZoneName: "short" },
    seconds: { day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit", second: "2-digit", timeZoneName: "short" },
    time: { hour: "2-digit", minute: "2-digit", second: "2-digit" },
    date: { day: "numeric", month: "short", year: "numeric" },
  };
  const FULL = new Intl.DateTimeFormat(locale, { dateStyle: "full", timeStyle: "long" });
  const SPANS = [["day", 86400], ["hour", 3600], ["minute", 60], ["second", 1]];

  function relative(moment) {
    const seconds = Math.round((moment - Date.now()) / 1000);
    const [unit, size] = SPANS.find(([, length]) => Math.abs(seconds) >= length) || SPANS[3];
    return new Intl.RelativeTimeFormat(locale, { numeric: "auto" }).format(Math.trunc(seconds / size), unit);
  }

  function localTime(moment, form = "datetime") {
    return new Intl.DateTimeFormat(locale, { hourCycle: "h23", ...(FORMS[form] || FORMS.datetime) }).format(moment);
  }

  function renderTimes(within = document) {
    within.querySelectorAll("time[data-local]").forEach((element) => {
      const moment = new Date(element.dateTime);
      if (Number.isNaN(moment.getTime())) return;
      const form = element.dataset.local;
      const text = form === "relative" ? relative(moment) : localTime(moment, form);
      if (element.textContent !== text) element.textContent = text;
      element.title = FULL.format(moment);
    });
  }

  // ---------- announcements and toasts ----------
  function say(text, urgent = false) {
    const region = document.getElementById(urgent ? "say-now" : "say");
    if (!region) return;
    region.textContent = "";
    requestAnimationFrame(() => { region.textContent = text; });
  }

  function icon(name) {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    svg.setAttribute("class", "ff-i");
    svg.setAttribute("aria-hidden", "true");
    const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
    use.setAttribute("href", `${document.body.dataset.icons}#${name}`);
    svg.append(use);
    return svg;
  }

  const TONES = { ok: "circle-check", bad: "circle-x", warn: "alert-triangle", info: "info-circle" };

  function toast(text, tone = "info") {
    const box = document.createElement("div");
    box.className = `ff-toast ff-toast--${tone}`;
    const words = document.createElement("span");
    words.textContent = text;
    const close = document.createElement("button");
    close.type = "button";
    close.className = "ff-ib";
    close.setAttribute("aria-label", document.body.dataset.textClose);
    close.append(icon("x"));
    close.addEventListener("click", () => box.remove());
    box.append(icon(TONES[tone] || TONES.info), words, close);
    document.getElementById("toasts").append(box);
    say(text, tone === "bad");
    if (tone !== "bad") setTimeout(() => box.remove(), 8000);
  }

  // ---------- theme ----------
  function showTheme(next) {
    root.dataset.bsTheme = next;
    document.dispatchEvent(new CustomEvent("ff:theme", { detail: next }));
  }

  function toggleTheme() {
    const next = root.dataset.bsTheme === "dark" ? "light" : "dark";
    try { localStorage.setItem("ff-theme", next); } catch { /* not remembered, still switched */ }
    showTheme(next);
  }

  // Who has chosen none follows the system, also when it turns dark in the evening.
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", (event) => {
    let chosen = null;
    try { chosen = localStorage.getItem("ff-theme"); } catch { /* storage may be closed */ }
    if (chosen === null) showTheme(event.matches ? "dark" : "light");
  });

  // ---------- one listener for clicks, one for keys ----------
  function closeMenus(except) {
    document.querySelectorAll("details.ff-menu[open]").forEach((menu) => {
      if (menu !== except) menu.open = false;
    });
  }

  // Without a script, or a clipboard, there is nothing to press.
  if (navigator.clipboard) for (const copier of document.querySelectorAll("[data-copy]")) copier.hidden = false;

  document.addEventListener("click", (event) => {
    const target = event.target instanceof Element ? event.target : null;
    if (!target) return;
    closeMenus(target.closest("details.ff-menu"));
    if (target.closest("[data-theme-toggle]")) toggleTheme();
    const opener = target.closest("[data-dialog]");
    if (opener) {
      const dialog = document.getElementById(opener.dataset.dialog);
      if (dialog instanceof HTMLDialogElement && !dialog.open) dialog.showModal();
    }
    if (target.closest("[data-dialog-close]")) target.closest("dialog")?.close();
    const copier = target.closest("[data-copy]");
    if (copier) {
      navigator.clipboard.writeText(copier.dataset.copy).then(() => toast(document.body.dataset.textCopied, "ok"));
    }
    if (target.closest("[data-print]")) window.print();
  });

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      const menu = document.querySelector("details.ff-menu[open]");
      if (menu) { menu.open = false; menu.querySelector("summary").focus(); }
    }
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
      const search = document.querySelector("[data-hotkey-search]");
      if (search) { event.preventDefault(); search.focus(); search.select(); }
    }
  });

  // A form that was sent is not sent again by an impatient second click.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!(form instanceof HTMLFormElement) || form.method !== "post" || event.defaultPrevented) return;
    if (form.dataset.sending) { event.preventDefault(); return; }
    form.dataset.sending = "1";
    setTimeout(() => { delete form.dataset.sending; }, 5000);
  });
  window.addEventListener("pageshow", () => {
    document.querySelectorAll("form[data-sending]").forEach((form) => { delete form.dataset.sending; });
  });

  // A select or checkbox marked data-submit sends its form when changed.
  document.addEventListener("change", (event) => {
    const control = event.target;
    if (control instanceof Element && control.matches("[data-submit]")) control.form?.requestSubmit();
  });

  // ---------- htmx ----------
  document.addEventListener("htmx:after:swap", (event) => {
    renderTimes(event.target instanceof Element ? event.target : document);
  });
  document.addEventListener("htmx:response:error", () => toast(document.body.dataset.textFailed, "bad"));
  document.addEventListener("htmx:error", () => toast(document.body.dataset.textOffline, "bad"));

  renderTimes();
  setInterval(() => {
    if (document.querySelector('time[data-local="relative"]')) renderTimes();
  }, 15000);

  window.ff = Object.freeze({ locale, localTime, renderTimes, say, toast, icon });
})();
