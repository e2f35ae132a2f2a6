/**
 * What the page adds where scripts run: sorting by a column, a filter by symbol, a switch of the theme. Without it
 * everything is there and readable.
 */
export const SCRIPT = `
(() => {
  const add = (parent, tag, props) => parent.appendChild(Object.assign(document.createElement(tag), props));
  const title = document.querySelector('.title');
  const root = document.documentElement;
  if (title) add(title, 'button', { type: 'button', textContent: 'light / dark', onclick: () => {
    const now = root.dataset.theme || (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light');
    root.dataset.theme = now === 'dark' ? 'light' : 'dark';
  } });
  const table = document.querySelector('table.verdicts');
  if (!table) return;
  const body = table.tBodies[0];
  const rows = [...body.rows];
  const keyOf = (row, column) => {
    const key = row.cells[column].dataset.key;
    const number = Number(key);
    return key === '' ? null : Number.isNaN(number) ? key : number;
  };
  const compare = (a, b, sign) => {
    if (a === null || b === null) return (a === null ? 1 : 0) - (b === null ? 1 : 0);
    return sign * (a < b ? -1 : a > b ? 1 : 0);
  };
  [...table.tHead.rows[0].cells].forEach((cell, column) => {
    const label = cell.textContent;
    cell.textContent = '';
    add(cell, 'button', { type: 'button', textContent: label, title: 'Sort by ' + label, onclick: () => {
      const sign = cell.getAttribute('aria-sort') === 'ascending' ? -1 : 1;
      for (const other of table.tHead.rows[0].cells) other.removeAttribute('aria-sort');
      cell.setAttribute('aria-sort', sign === 1 ? 'ascending' : 'descending');
      for (const row of rows) row.classList.remove('first');
      body.append(...[...rows].sort((a, b) => compare(keyOf(a, column), keyOf(b, column), sign)));
    } });
  });
  const tools = document.querySelector('.tools');
  if (tools) add(tools, 'input', { type: 'search', placeholder: 'Filter by symbol', ariaLabel: 'Filter by symbol', oninput: (event) => {
    const wanted = event.target.value.trim().toLowerCase();
    for (const row of rows) row.hidden = !row.cells[0].dataset.key.toLowerCase().includes(wanted);
  } });
})();
`.trim();
