// Keeps the bell of an open page up to date. The socket only says that something changed; the
// bell itself is rendered by the server, in the reader's language and for the active company.
"use strict";

(() => {
  const LONGEST_PAUSE = 30000;
  const bell = () => document.querySelector('.ff-top a.ff-ib[href$="/notices/"]');
  if (!bell()) return;
  let pause = 1000;

  async function refresh() {
    const current = bell();
    const answer = await fetch(`${new URL(current.href).pathname}bell/`, {
      headers: { "X-Requested-With": "XMLHttpRequest" },
    });
    if (!answer.ok || answer.redirected) return;
    const holder = document.createElement("template");
    holder.innerHTML = (await answer.text()).trim();
    const fresh = holder.content.firstElementChild;
    if (!fresh) return;
    const focused = document.activeElement === current;
    current.replaceWith(fresh);
    if (focused) fresh.focus();
    const say = document.getElementById("say");
    if (say) say.textContent = fresh.getAttribute("aria-label");
  }

  function listen() {
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    const socket = new WebSocket(`${scheme}://${location.host}/ws/notices/`);
    socket.addEventListener("open", () => {
      pause = 1000;
    });
    socket.addEventListener("message", () => {
      refresh().catch(() => {});
    });
    socket.addEventListener("close", (event) => {
      if (event.code === 4401 || event.code === 4409) return;
      setTimeout(listen, pause * (0.5 + Math.random() / 2));
      pause = Math.min(pause * 2, LONGEST_PAUSE);
    });
  }

  listen();
})();
