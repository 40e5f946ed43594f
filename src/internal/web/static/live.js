// Refreshes the live parts of a page from the page itself, every two seconds while
// it can be seen. Without it, the page shows the same after a reload.
"use strict";
(() => {
  const address = document.querySelector("main")?.dataset.address;
  if (!address) return;

  const busy = (part) => {
    const selection = document.getSelection();
    return part.contains(document.activeElement) && document.activeElement !== document.body
      || (selection && !selection.isCollapsed && part.contains(selection.anchorNode));
  };

  const apply = (fresh) => {
    for (const part of document.querySelectorAll("[data-live]")) {
      const next = fresh.getElementById(part.id);
      if (next && !busy(part) && next.innerHTML !== part.innerHTML) part.replaceWith(document.adoptNode(next));
    }
    document.getElementById("as-of")?.replaceWith(document.adoptNode(fresh.getElementById("as-of")));
  };

  const refresh = async () => {
    if (!document.hidden) {
      try {
        const answer = await fetch(address, {cache: "no-store", redirect: "error", signal: AbortSignal.timeout(5000)});
        if (!answer.ok) throw new Error(answer.statusText);
        apply(new DOMParser().parseFromString(await answer.text(), "text/html"));
        document.documentElement.classList.remove("stale");
      } catch {
        document.documentElement.classList.add("stale");
      }
    }
    setTimeout(refresh, 2000);
  };
  setTimeout(refresh, 2000);
})();
