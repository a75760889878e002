/**
 * What Streamlit leaves out of the frame around a page: the line of pages is a landmark that names the current page
 * and shows it, says where there is more to push to, and the link past it leads to the page's title. A page whose
 * theme changes while it is open is drawn anew.
 */
let askedFor;

export default function ({ data, setTriggerValue }) {
  const app = document.querySelector(".stApp");
  if (isOfAnotherTheme(app)) setTriggerValue("theme", askedFor);
  leadPastThePages();
  let stop = () => {};
  let waiting = 0;
  const begin = () => {
    const pages = document.querySelector(".st-key-pages");
    if (pages) stop = follow(pages, data, app);
    else waiting = requestAnimationFrame(begin);
  };
  begin();
  return () => {
    cancelAnimationFrame(waiting);
    stop();
  };
}

/** Keeps the line of pages named and the current page in sight, whatever is drawn or resized later. */
function follow(pages, data, app) {
  pages.setAttribute("role", "navigation");
  pages.setAttribute("aria-label", data.label);
  const hint = () => {
    const rest = pages.scrollWidth - pages.clientWidth - pages.scrollLeft;
    pages.toggleAttribute("data-before", pages.scrollLeft > 2);
    pages.toggleAttribute("data-after", rest > 2);
  };
  const show = () => {
    if (!pages.clientWidth) return; // on paper there are no pages to go to
    let current = null;
    for (const link of pages.querySelectorAll("a")) {
      if (link.textContent.trim() === data.current) current = link;
      else link.removeAttribute("aria-current");
    }
    if (current) {
      current.setAttribute("aria-current", "page");
      const { left, width } = current.getBoundingClientRect();
      const middle = left + width / 2 - pages.getBoundingClientRect().left + pages.scrollLeft;
      pages.scrollLeft = middle - pages.clientWidth / 2;
    }
    hint();
    // Figures stay as wide as they were drawn; on paper they are made smaller by this.
    app.style.setProperty("--drawn", pages.clientWidth);
  };
  pages.onscroll = hint;
  const resized = new ResizeObserver(show);
  resized.observe(pages);
  const drawn = new MutationObserver(show);
  drawn.observe(pages, { childList: true, subtree: true });
  show();
  return () => {
    resized.disconnect();
    drawn.disconnect();
  };
}

function leadPastThePages() {
  const skip = document.querySelector("[data-testid=stSkipToContent]");
  if (!skip) return;
  skip.onclick = (event) => {
    event.preventDefault();
    event.stopPropagation();
    const title = document.querySelector("main h1");
    title?.setAttribute("tabindex", "-1");
    title?.focus();
  };
}

/** Whether the reader's theme changed under the page: figures and words are still drawn for the one before. */
function isOfAnotherTheme(app) {
  const probe = document.createElement("i");
  probe.style.color = "var(--page)";
  app.append(probe);
  const [drawn, shown] = [getComputedStyle(probe).color, getComputedStyle(app).backgroundColor];
  probe.remove();
  const isNew = drawn !== shown && askedFor !== shown;
  askedFor = shown;
  return isNew;
}
