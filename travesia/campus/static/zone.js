// Puts times in the reader's own zone on their first visit, and tells the campus for the next.
// The server writes every later page in that zone itself; nothing here is text of its own.
(() => {
  const page = document.documentElement;
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (!zone || zone === page.dataset.zone) return;

  const year = 60 * 60 * 24 * 365;
  const secure = location.protocol === "https:" ? "; secure" : "";
  document.cookie =
    `campus-zone=${encodeURIComponent(zone)}; path=${page.dataset.path}; max-age=${year}; samesite=lax${secure}`;

  const locale = page.dataset.locale;
  const hour = new Intl.DateTimeFormat(locale, { timeStyle: "short" });
  for (const element of document.querySelectorAll("time[data-style]")) {
    const day = new Intl.DateTimeFormat(locale, { dateStyle: element.dataset.style });
    const moment = new Date(element.dateTime);
    element.textContent = `${day.format(moment)}, ${hour.format(moment)}`;
  }
  const name = new Intl.DateTimeFormat(locale, { timeZoneName: "longGeneric" })
    .formatToParts(new Date())
    .find((part) => part.type === "timeZoneName");
  for (const element of document.querySelectorAll("[data-zone-name]")) {
    if (name) element.textContent = name.value;
  }
})();
