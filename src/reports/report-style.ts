/** reportStyle is the style sheet of HTML reports: system fonts, colours for light and dark by the reader's setting, plain on paper. */
export const reportStyle = `
:root { color-scheme: light dark; --text: #1d2430; --soft: #5b6675; --page: #ffffff; --panel: #f6f7f9; --rule: #d9dee5; --good: #1a7f4b; --bad: #b3261e; --line: #2f5fb3; }
@media (prefers-color-scheme: dark) { :root { --text: #e6e9ee; --soft: #9aa5b4; --page: #14181f; --panel: #1c222b; --rule: #333c49; --good: #5cc98f; --bad: #ff8a80; --line: #8ab4f8; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 2rem 1.25rem 4rem; max-width: 64rem; background: var(--page); color: var(--text); font: 16px/1.5 system-ui, sans-serif; }
h1 { font-size: 1.7rem; margin: 0 0 .25rem; }
h2 { font-size: 1.3rem; margin: 2.5rem 0 .5rem; padding-top: 1rem; border-top: 2px solid var(--rule); }
h3 { font-size: 1.05rem; margin: 1.5rem 0 .25rem; }
p, .note { color: var(--soft); margin: .25rem 0 .75rem; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; font-size: .92rem; }
th, td { text-align: left; padding: .35rem .75rem .35rem 0; border-bottom: 1px solid var(--rule); vertical-align: top; overflow-wrap: anywhere; }
th { color: var(--soft); font-weight: 600; }
.number { text-align: right; white-space: nowrap; }
.met { color: var(--good); font-weight: 600; }
.not-met { color: var(--bad); font-weight: 600; }
.plots { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(24rem, 100%), 1fr)); gap: 1rem; margin: 1rem 0; }
figure { margin: 0; padding: .75rem; background: var(--panel); border-radius: .5rem; }
figcaption { font-size: .9rem; margin-bottom: .25rem; }
.plot { display: block; width: 100%; height: auto; }
.grid { stroke: var(--rule); stroke-width: 1; }
.tick { fill: var(--soft); font: 10px system-ui, sans-serif; }
.target { stroke: var(--good); stroke-width: 1.5; stroke-dasharray: 5 4; }
.series { fill: none; stroke: var(--line); stroke-width: 2; stroke-linejoin: round; }
.point { fill: var(--line); }
.missed { fill: var(--bad); }
@media print { body { max-width: none; padding: 0; } figure { break-inside: avoid; } }
`.trim();
