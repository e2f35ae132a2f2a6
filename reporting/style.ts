import { themeProperties } from './palette';

/** The page's style sheet. Paper is always light; a screen follows the reader's preference or `data-theme`. */
export const STYLE = `
:root{color-scheme:light dark;${themeProperties('light')}}
@media screen and (prefers-color-scheme:dark){:root:not([data-theme=light]){${themeProperties('dark')}}}
@media screen{:root[data-theme=dark]{${themeProperties('dark')}}}
:root[data-theme=light]{color-scheme:light}
:root[data-theme=dark]{color-scheme:dark}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0;background:var(--page);color:var(--ink);font:14px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;font-variant-numeric:tabular-nums}
main{max-width:1480px;margin:0 auto;padding:16px}
h1,h2,h3,h4{line-height:1.25;margin:0;font-weight:650;overflow-wrap:anywhere}
h1{font-size:22px}h2{font-size:17px;margin-bottom:4px}h3{font-size:15px}h4{font-size:13px;margin:20px 0 6px}
p{margin:0 0 8px;max-width:110ch}
a{color:var(--link)}
code{font:12px/1.4 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;overflow-wrap:anywhere}
.card{background:var(--surface);border:1px solid var(--rule);border-radius:8px;padding:16px;margin:0 0 16px}
.muted{color:var(--muted)}.small{font-size:12px}
.good{color:var(--good)}.bad{color:var(--bad)}.caution{color:var(--caution)}
.pill{display:inline-block;border:1px solid currentColor;border-radius:999px;padding:0 9px;font-size:12px;font-weight:600;white-space:nowrap}
.title{display:flex;flex-wrap:wrap;gap:6px 12px;align-items:center;margin-bottom:12px}
.verdict{border-left:4px solid var(--rule);padding:2px 0 2px 14px;margin:0 0 14px}
.verdict.good{border-color:var(--good);color:inherit}.verdict.bad{border-color:var(--bad);color:inherit}.verdict.caution{border-color:var(--caution);color:inherit}
.verdict p{font-size:16px;line-height:1.45;margin:0 0 8px;max-width:100ch}.verdict b{display:block;font-size:12px;font-weight:600;color:var(--muted)}
.verdict table{margin-top:8px}
.facts{display:grid;grid-template-columns:repeat(auto-fill,minmax(184px,1fr));gap:10px 20px;margin:0}
.facts dt{color:var(--muted);font-size:12px}.facts dd{margin:0;overflow-wrap:anywhere}
.facts .wide{grid-column:1/-1}
.headline{margin:14px 0 0;padding:0;list-style:none}
.headline li{padding:3px 0 3px 14px;border-left:3px solid var(--rule);margin-bottom:4px}
.jumps{display:flex;flex-wrap:wrap;gap:6px;margin:14px 0 0;padding:0;list-style:none;max-height:132px;overflow:auto}
.jumps a{display:block;border:1px solid var(--rule);border-radius:6px;padding:1px 8px;text-decoration:none;font-size:12px}
.jumps .failed{color:var(--bad);border-color:var(--bad)}
.fault{background:var(--badWash);border-color:var(--bad)}
.alert{background:var(--cautionWash);border-color:var(--caution)}
.alert ul,.notes{margin:6px 0 0;padding-left:18px}.alert li,.notes li{margin-bottom:6px;max-width:110ch}
.scroll{overflow-x:auto;max-width:100%}
.tall{max-height:82vh;overflow:auto}
.short{max-height:300px;overflow:auto}.short thead th{position:sticky;top:0;background:var(--surface)}
table{border-collapse:collapse;font-size:13px}
th,td{padding:4px 8px;text-align:left;vertical-align:top;border-bottom:1px solid var(--rule)}
thead th{color:var(--muted);font-size:12px;font-weight:600;vertical-align:bottom}
tbody th{font-weight:600;white-space:nowrap}th .muted{font-weight:400}
tbody tr:last-child>*{border-bottom:0}
.num{text-align:right}td.num{white-space:nowrap}.num small{margin-left:5px;color:var(--muted);font-size:11px}
.scroll+p{margin-top:8px}
caption{text-align:left;color:var(--muted);font-size:12px;padding:0 0 6px;caption-side:top}
td.criteria{white-space:nowrap}td.whole{white-space:nowrap}td.grade{min-width:112px}
.after{margin-top:14px}
.lines{margin:12px 0 0;padding-left:18px}.lines li{max-width:110ch}
.text{min-width:260px;overflow-wrap:anywhere}
.verdicts{width:100%}
.verdicts th,.verdicts td{padding:5px 5px}
.verdicts td{white-space:nowrap}
.verdicts .first>*{border-top:2px solid var(--rule)}
.verdicts tbody th{white-space:normal;position:sticky;left:0;background:var(--surface);min-width:104px;z-index:1}
.verdicts thead th{position:sticky;top:0;z-index:2;background:var(--surface)}
.verdicts thead th:first-child{left:0;z-index:3}
.verdicts small{display:block;font-size:10px;line-height:1.35;color:var(--muted);font-weight:400}
.verdicts small.good{color:var(--good)}.verdicts small.bad{color:var(--bad)}.verdicts small.caution{color:var(--caution)}
.verdicts .baseline>*{background:var(--raised)}
.verdicts button{all:unset;cursor:pointer}
.verdicts button:focus-visible{outline:2px solid var(--link);outline-offset:2px}
.verdicts [aria-sort=ascending] button::after{content:" ↑"}.verdicts [aria-sort=descending] button::after{content:" ↓"}
details.card{padding:0}
details.card>summary{padding:12px 16px}
details.card>.body{padding:0 16px 16px}
summary{cursor:pointer}
summary h2,summary h3{display:inline}
summary .muted{margin-left:8px}
.pair,.triple{display:grid;gap:16px 24px;grid-template-columns:minmax(0,1fr);margin-top:12px}
@media (min-width:900px){.pair{grid-template-columns:repeat(2,minmax(0,1fr))}.triple{grid-template-columns:repeat(3,minmax(0,1fr))}}
figure{margin:0;min-width:0}
figcaption{font-size:13px;font-weight:600;margin-bottom:4px}
figcaption small{font-weight:400;color:var(--muted);font-size:12px}
.chart{display:block;width:100%;height:auto;max-width:620px;fill:var(--muted);font-size:12px}
.chart text{dominant-baseline:central}.chart .middle{text-anchor:middle}.chart .end{text-anchor:end}
.chart .f10{font-size:10px}.chart .f11{font-size:11px}.chart .rule{fill:none;stroke:var(--rule)}
.triple .chart{max-width:440px}
.curves{display:grid;gap:12px 20px;grid-template-columns:repeat(auto-fill,minmax(230px,1fr));margin-top:8px}
.curves figure{display:flex;flex-direction:column}.curves .chart{margin-top:auto}
.key{display:flex;flex-wrap:wrap;gap:2px 18px;margin:8px 0 0;color:var(--muted)}.key span{white-space:nowrap}
.key i{display:inline-block;width:26px;margin-right:6px;vertical-align:middle}
.key .train{border-top:2px dashed var(--train)}.key .stopping{border-top:2px solid var(--stopping)}
.key .ring{width:10px;height:10px;border:2px solid var(--ink);border-radius:50%}
tfoot th,tfoot td{border-top:2px solid var(--rule);border-bottom:0;font-weight:600}
.horizon{border-top:1px solid var(--rule);margin-top:24px;padding-top:16px}
.glossary{columns:2 340px;column-gap:32px;margin:0;font-size:13px}
.glossary div{break-inside:avoid;margin-bottom:8px}.glossary dt{font-weight:600}.glossary dd{margin:0;color:var(--muted)}
pre{margin:0;padding:12px;background:var(--raised);border-radius:6px;overflow:auto;font:12px/1.45 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;max-height:70vh}
.tools{display:flex;flex-wrap:wrap;gap:8px;align-items:center;margin:6px 0 10px}
.tools input,.tools button,.title button{font:inherit;font-size:12px;color:inherit;background:var(--surface);border:1px solid var(--rule);border-radius:6px;padding:3px 9px}
.title button{margin-left:auto;cursor:pointer}
footer{color:var(--muted);font-size:12px;padding:0 4px 24px}
@media (max-width:600px){main{padding:10px}caption{max-width:calc(100vw - 46px);position:sticky;left:0}.card{padding:12px}details.card>summary{padding:12px}details.card>.body{padding:0 12px 12px}.facts{grid-template-columns:repeat(2,minmax(0,1fr))}.verdicts tbody th{min-width:104px}}
@media print{body{background:none}.card{break-inside:auto;border-color:#ccc}figure,tr{break-inside:avoid}.tall,.short,pre{max-height:none;overflow:visible}.short thead th{position:static}.tools,.title button{display:none}details::details-content{content-visibility:visible;display:block;height:auto}.verdicts{font-size:9px}.verdicts thead th,.verdicts tbody th{white-space:normal;position:static}}
`.trim();
