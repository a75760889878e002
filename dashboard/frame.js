/**
 * What Streamlit leaves out of the frame around a page: the line of pages is a landmark that names the current page
 * and shows it, says where there is more to push to, and the link past it leads to the page's title.
 */
export default function ({ data }) {
  const pages = document.querySelector(".st-key-pages");
  if (!pages) return;
  pages.setAttribute("role", "navigation");
  pages.setAttribute("aria-label", data.label);
  let current = null;
  for (const link of pages.querySelectorAll("a")) {
    link.removeAttribute("aria-current");
    if (link.textContent.trim() === data.current) current = link;
  }
  current?.setAttribute("aria-current", "page");
  const show = () => {
    if (!current) return;
    const { left, width } = current.getBoundingClientRect();
    const middle = left + width / 2 - pages.getBoundingClientRect().left + pages.scrollLeft;
    pages.scrollLeft = middle - pages.clientWidth / 2;
    hint();
  };
  const hint = () => {
    const rest = pages.scrollWidth - pages.clientWidth - pages.scrollLeft;
    pages.toggleAttribute("data-before", pages.scrollLeft > 2);
    pages.toggleAttribute("data-after", rest > 2);
  };
  pages.onscroll = hint;
  const resized = new ResizeObserver(() => {
    if (!pages.clientWidth) return; // on paper there are no pages to go to
    show();
    // Figures stay as wide as they were drawn; on paper they are made smaller by this.
    document.querySelector(".stApp").style.setProperty("--drawn", pages.clientWidth);
  });
  resized.observe(pages);
  const skip = document.querySelector("[data-testid=stSkipToContent]");
  if (skip) {
    skip.onclick = (event) => {
      event.preventDefault();
      event.stopPropagation();
      const title = document.querySelector("main h1");
      title?.setAttribute("tabindex", "-1");
      title?.focus();
    };
  }
  return () => resized.disconnect();
}
