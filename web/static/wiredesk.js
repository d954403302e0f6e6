// Polish only: every page works without this file.
"use strict";

(() => {
  const find = (id) => document.getElementById(id);
  const sameSite = (url) => url.origin === location.origin;

  // Replace the results in place: same addresses, same pages, without the blink.
  let running = null;
  const ABOUT = "base, meta[name=robots], link[rel=prev], link[rel=next], link[rel=alternate]";
  const CONTROLS = "main.desk a, main.desk :is(input, button), .find :is(input, button), .foot a";

  // By its name a control is found again on the next page: its section, its row, and its place in
  // the row or its words.
  function nameOf(control) {
    const title = control.closest("main section")?.querySelector("h2").firstChild.data.trim();
    const row = control.closest(".facets li");
    const value = row?.querySelector("bdi").textContent;
    const place = !row
      ? control.name || control.textContent
      : control === row.firstElementChild
        ? "first"
        : control === row.lastElementChild
          ? "last"
          : "middle";
    return JSON.stringify([control.localName, title, value, place]);
  }

  async function show(address, push) {
    waiting = null;
    if (running) running.abort();
    const mine = (running = new AbortController());
    let page;
    try {
      const answer = await fetch(address, { signal: mine.signal });
      if (!answer.ok) throw new Error(answer.status);
      // Only a narrow screen has a panel to keep open.
      const narrow = document.querySelector(".head .tofilters")?.getClientRects().length;
      address = answer.url + (narrow ? new URL(address).hash : "");
      page = new DOMParser().parseFromString(await answer.text(), "text/html");
    } catch (error) {
      if (error.name !== "AbortError") location.assign(address);
      return;
    }
    if (running === mine) running = null;
    const fresh = page.querySelector("main.desk");
    const old = document.querySelector("main.desk");
    if (!fresh || !old) {
      location.assign(address);
      return;
    }
    if (push) history.pushState(null, "", address);
    shown = bare(address);
    document.title = page.title;
    for (const stale of document.head.querySelectorAll(ABOUT)) stale.remove();
    document.head.prepend(...page.head.querySelectorAll(ABOUT));
    const focused = document.activeElement;
    const name = focused.matches(CONTROLS) && nameOf(focused);
    const { top } = focused.getBoundingClientRect();
    // The live region stays the same element, so that a change in it is heard.
    const status = find("count");
    const count = fresh.querySelector("#count");
    count.replaceWith(status);
    old.replaceChildren(...fresh.childNodes);
    status.replaceChildren(...count.childNodes);
    unfold();
    exclude();
    for (const part of [".skip", ".find", ".foot"]) {
      const from = page.querySelector(part);
      const to = document.querySelector(part);
      if (from && to) to.replaceWith(document.adoptNode(from));
    }
    if (!focused.isConnected) {
      const same = (control) => nameOf(control) === name && !control.closest(".pager");
      const heading = status.querySelector("h1");
      heading.tabIndex = -1;
      const next = [...document.querySelectorAll(CONTROLS)].find(same);
      // What nobody sees cannot hold the focus.
      if (next?.getClientRects().length) {
        next.focus({ preventScroll: true });
        // What stands above it may have grown or shrunk: it stays where it was seen.
        scrollBy(0, next.getBoundingClientRect().top - top);
      } else heading.focus();
    }
    if (waiting) waiting();
  }

  // What is chosen while another choice is on its way waits for the new page, and is looked for
  // there: its link on this page leads to a state without the other choice.
  let waiting = null;
  let followed = null;

  function follow(link) {
    if (!running) {
      followed = link;
      // Not every browser does it when a link is clicked.
      link.focus({ preventScroll: true });
      show(link.href.baseVal ? new URL(link.href.baseVal, document.baseURI).href : link.href, true);
      return;
    }
    // A double click is one choice.
    if (link === followed) return;
    const name = nameOf(link);
    const change = changeOf(link);
    followed = link;
    waiting = () => {
      const same = (control) => control.href && nameOf(control) === name;
      const next = [...document.querySelectorAll("main.desk a")].find(same);
      if (next) follow(next);
      else show(changed(change), true);
    };
  }

  const ONCE = ["q", "from", "to", "salient", "sort", "rate"];

  // A state as pairs, and what a link changes in that of its page.
  const keyed = (pairs) => [...pairs].map(([key, value]) => JSON.stringify([key, value]));

  function changeOf(link) {
    const url = new URL(link.href.baseVal || link.href, document.baseURI);
    const added = keyed(url.searchParams);
    const step = url.pathname.match(/\/step\/([^/]+)\/([\d._]*)$/);
    if (!step) {
      const here = keyed(new URLSearchParams(location.search));
      return [here.filter((p) => !added.includes(p)), added.filter((p) => !here.includes(p))];
    }
    const bytes = atob(step[1].replace(/-/g, "+").replace(/_/g, "/"));
    const text = new TextDecoder().decode(Uint8Array.from(bytes, (c) => c.charCodeAt(0)));
    const here = keyed(new URLSearchParams(text));
    const runs = step[2].split(".").map((run) => run.split("_").map(Number));
    const gone = runs.flatMap(([first, last = first]) => here.slice(first, last + 1));
    return [step[2] ? gone : [], added];
  }

  function changed([gone, added]) {
    const url = new URL(shown);
    const once = added.map((pair) => JSON.parse(pair)[0]).filter((key) => ONCE.includes(key));
    const kept = keyed(url.searchParams).filter((p) => !gone.includes(p) && !added.includes(p));
    const pairs = kept.map((pair) => JSON.parse(pair)).filter(([key]) => !once.includes(key));
    url.search = new URLSearchParams(
      [...pairs, ...added.map((pair) => JSON.parse(pair))].filter(([key]) => key !== "page"),
    );
    return url.href;
  }

  // A tag adds a filter; beside it stands what excludes the same value. Without script the filters
  // do that: forty more links would make every page heavier.
  function exclude() {
    const list = document.querySelector(".list");
    const [before, after] = (list?.dataset.not || "").split(list?.dataset.shown);
    for (const tag of document.querySelectorAll(".tags > a")) {
      const here = document.querySelector("base") ? "" : location.search;
      const has = (pair) => [...new URLSearchParams(here)].some((p) => String(p) === String(pair));
      const added = [...new URL(tag.href).searchParams].find((pair) => !has(pair));
      if (!added) continue;
      // The last of its key is the one that was added.
      const at = tag.href.search(new RegExp(`[?&]${added[0]}=(?!.*[?&]${added[0]}=)`));
      const link = tag.cloneNode();
      link.href = `${tag.href.slice(0, at + 1)}-${tag.href.slice(at + 1)}`;
      const word = document.createElement("i");
      word.textContent = list.dataset.shown;
      const name = (part) => part.replace("%", tag.querySelector("bdi").textContent);
      link.append(name(before), word, name(after));
      const both = document.createElement("span");
      tag.replaceWith(both);
      both.append(tag, link);
    }
  }
  exclude();

  // On a narrow screen the filters are a panel that its address opens. They stay open while they are
  // replaced, when nothing is the target of the address any more.
  function unfold() {
    find("f")?.classList.toggle("open", /^#f\d*$/.test(location.hash));
  }
  addEventListener("hashchange", unfold);

  // A reason in a closed list: not every browser opens the list itself.
  function open() {
    const place = find(location.hash.slice(1));
    const list = place?.closest("details");
    if (!list || list.open) return;
    list.open = true;
    place.scrollIntoView();
  }
  addEventListener("hashchange", open);
  open();

  const results = (url) => /\/search$|\/$|\/step\/[^/]+\/[\d._]*$/.test(url.pathname);

  document.addEventListener("click", (event) => {
    const link = event.target.closest("main.desk a[href], .skip");
    if (!link || event.defaultPrevented || event.button) return;
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    if (link.matches(".skip, .tofilters a")) {
      // On a page with a base its address is not this one.
      event.preventDefault();
      location.hash = link.hash;
      unfold();
      return;
    }
    const address = link.href.baseVal || link.href;
    const url = new URL(address, location.href);
    if (!sameSite(url) || !results(url) || (url.hash && url.search === location.search)) return;
    event.preventDefault();
    if (link.closest(".pager")) scrollTo(0, 0);
    follow(link);
  });

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!document.querySelector("main.desk") || !form.matches(".find, .desk .range")) return;
    event.preventDefault();
    send(form);
  });

  function send(form) {
    if (running) {
      const typed = [...form.elements].filter((field) => field.name && field.type !== "hidden");
      const kind = form.matches(".find") ? ".find" : ".desk .range";
      waiting = () => {
        const next = document.querySelector(kind);
        if (!next) return;
        for (const { name, value } of typed) next.elements[name].value = value;
        send(next);
      };
      return;
    }
    const url = new URL(form.action);
    url.search = "";
    for (const [key, value] of new FormData(form)) if (value) url.searchParams.append(key, value);
    show(url.href, true);
  }

  const bare = (address) => address.replace(/#.*/, "");
  let shown = bare(location.href);

  addEventListener("popstate", () => {
    // Jumps within the page come here too.
    if (document.querySelector("main.desk") && bare(location.href) !== shown) {
      show(location.href, false);
    }
  });

  // Keys: / the search box, j and k along the results, n and p along the matches of a story, ? what
  // the keys are.
  function step(by) {
    const hits = [...document.querySelectorAll(".hits > li")];
    if (!hits.length) return;
    const now = hits.findIndex((hit) => hit.classList.contains("here"));
    const next = hits[Math.max(0, Math.min(hits.length - 1, now + by))];
    if (now >= 0) hits[now].classList.remove("here");
    next.classList.add("here");
    next.querySelector("a").focus();
  }

  function hop(by) {
    const marks = [...document.querySelectorAll(".text mark[id]")];
    if (!marks.length) return;
    const now = marks.findIndex((mark) => "#" + mark.id === location.hash);
    const next = marks[Math.max(0, Math.min(marks.length - 1, now + by))];
    // In place of the last one: Back leads out of the story, not from match to match.
    location.replace(`#${next.id}`);
  }

  const keys = {
    "/": () => {
      const box = find("q");
      if (box) {
        box.focus();
        box.select();
      }
    },
    j: () => step(1),
    k: () => step(-1),
    n: () => hop(1),
    p: () => hop(-1),
    "?": () => location.assign(`${find("help").href}#shortcuts`),
  };

  // Keys of one letter can be turned off, for those who speak to their computer.
  const store = {
    get off() {
      try {
        return localStorage.getItem("wiredesk-keys") === "off";
      } catch {
        return false;
      }
    },
    set off(value) {
      try {
        localStorage.setItem("wiredesk-keys", value ? "off" : "on");
      } catch {
        // Without storage the choice holds for this page only.
      }
    },
  };
  let off = store.off;
  const button = find("keys");
  if (button) {
    const label = () => {
      button.textContent = off ? button.dataset.on : button.dataset.off;
    };
    label();
    button.hidden = false;
    button.addEventListener("click", () => {
      off = !off;
      store.off = off;
      label();
    });
  }

  document.addEventListener("keydown", (event) => {
    if (off) return;
    if (event.ctrlKey || event.metaKey || event.altKey || !(event.key in keys)) return;
    if (event.target.closest("input, textarea, select, [contenteditable]")) return;
    event.preventDefault();
    keys[event.key]();
  });
})();
