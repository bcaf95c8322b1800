/** The window's title: the page's own, unless something urgent is said over it. */
let page = "";
let urgent: string | null = null;

function show(): void {
  document.title = urgent ?? page;
}

export function setPageTitle(text: string): void {
  page = text;
  show();
}

export function setUrgentTitle(text: string | null): void {
  urgent = text;
  show();
}
