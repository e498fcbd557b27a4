// Times one click in the page: from the event's own time until the next step's heading is there.
//
// `clicked(root, heading)` waits for the next click. `answered` then resolves with milliseconds:
// `sent` when the web socket carried the click away, `heard` when it brought the last frame before
// the answer was drawn, `drawn` when a heading of the root says something else than before,
// `focused` when the keyboard is on it too, `painted` when the frame with it was given to the screen.
(() => {
  let sent;
  let heard;
  const { send } = WebSocket.prototype;
  WebSocket.prototype.send = function (...data) {
    sent ??= performance.now();
    return send.apply(this, data);
  };
  const ordered = new WeakSet();
  const { addEventListener: listen } = WebSocket.prototype;
  const hear = (socket) => {
    if (ordered.has(socket)) return;
    ordered.add(socket);
    listen.call(socket, "message", () => (heard = performance.now()));
  };
  const onmessage = Object.getOwnPropertyDescriptor(WebSocket.prototype, "onmessage");
  Object.defineProperty(WebSocket.prototype, "onmessage", {
    ...onmessage,
    set(act) {
      hear(this);
      onmessage.set.call(this, act);
    },
  });
  const mark = (root, heading) => {
    const place = document.querySelector(root);
    const within = place?.matches("[data-key]") ? place.dataset.key : "";
    const word = document.querySelector(`${root} ${heading}`);
    return `${within}|${word?.textContent ?? ""}`;
  };

  window.clicked = (root, heading) => {
    window.answered = new Promise((resolve) => {
      const before = mark(root, heading);
      const times = {};
      let start;
      const look = () => {
        if (start === undefined || mark(root, heading) === before) return;
        const there = document.querySelector(`${root} ${heading}`);
        if (!there) return;
        // Asking for its place makes the browser lay the page out.
        if (!there.getBoundingClientRect().height) return;
        times.drawn ??= performance.now() - start;
        times.sent ??= sent - start;
        times.heard ??= heard - start;
        if (document.activeElement === there) times.focused ??= performance.now() - start;
        if (times.painting) return;
        times.painting = true;
        requestAnimationFrame(() => {
          const channel = new MessageChannel();
          channel.port1.onmessage = () => {
            times.painted = performance.now() - start;
            observer.disconnect();
            document.removeEventListener("focusin", look, true);
            times.focused ??= null;
            resolve(times);
          };
          channel.port2.postMessage(0);
        });
      };
      const observer = new MutationObserver(look);
      observer.observe(document.documentElement, {
        subtree: true, childList: true, attributes: true, characterData: true,
      });
      document.addEventListener("focusin", look, true);
      const begin = (event) => {
        start = event.timeStamp;
        sent = heard = undefined;
      };
      addEventListener("click", begin, { capture: true, once: true });
    });
  };
})();
