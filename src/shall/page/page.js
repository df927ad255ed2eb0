"use strict";
// A page that says data-refresh is loaded again; what changed is put in its place, and focus, scroll and what was
// unfolded stay. While something is written that was not sent it stands still. Without a script the page loads itself.
(() => {
  const main = document.querySelector("main[data-refresh]");
  if (!main) return;
  let seen = main.innerHTML;
  const put = found => {
    const focused = document.activeElement?.id;
    const unfolded = [...main.querySelectorAll("details[open][id]")].map(one => one.id);
    seen = found.innerHTML;
    main.replaceChildren(...found.childNodes);
    for (const id of unfolded) document.getElementById(id)?.setAttribute("open", "");
    if (focused) document.getElementById(focused)?.focus({preventScroll: true});
  };
  const chosen = one => Math.max(0, [...one.options].findIndex(option => option.defaultSelected));
  const written = () => [...main.querySelectorAll("input, textarea, select")].some(one =>
    one.options ? one.selectedIndex !== chosen(one) : one.value !== one.defaultValue);
  let leaving = false;                  // a click leads elsewhere: to load this page again would cancel it
  addEventListener("beforeunload", () => { leaving = true; setTimeout(() => { leaving = false; }, 20000); });
  const later = () => setTimeout(again, 1000 * Number(main.dataset.refresh));
  const again = () => {
    if (document.hidden || leaving || written()) { later(); return; }
    const asking = new XMLHttpRequest();
    asking.open("GET", location.href);
    asking.setRequestHeader("Accept", "text/html");
    asking.responseType = "document";
    asking.timeout = 20000;
    asking.onloadend = () => {
      if (leaving || written()) { later(); return; }
      const found = asking.status === 200 ? asking.response?.querySelector("main[data-refresh]") : null;
      if (asking.status === 200 && !found) { location.reload(); return; }
      main.classList.toggle("stale", !found);
      if (found && found.innerHTML !== seen) put(found);
      later();
    };
    asking.send();
  };
  later();
})();
