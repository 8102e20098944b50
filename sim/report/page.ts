// What does a person see of a finished run? One HTML page with its plots, styles and scripts inside.
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { plotsOf, type Plots } from './plots.ts'
import { happeningsOf, nameOf, senderNameOf, type Deeds, type Run } from './run.ts'
import { summaryOf, type Summary } from './summary.ts'

const UPLOT = join(dirname(createRequire(import.meta.url).resolve('uplot')), '')

export function pageOf(run: Run): string {
  const summary = summaryOf(run)
  const plots = plotsOf(run)
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Plimsoll: ${escaped(summary.scenario)}</title>
<style>${asset(join(UPLOT, 'uPlot.min.css'))}${own('page.css')}</style>
</head>
<body>
<main>
${heading(summary, run)}
${figures(summary)}
${violations(summary)}
${priceSection(summary)}
${accountSection(plots)}
${keeperSection(run, summary)}
${gasSection(summary)}
${episodeSection(run)}
${inputSection(summary)}
</main>
<script type="application/json" id="plots">${JSON.stringify(plots).replaceAll('<', '\\u003c')}</script>
<script>${asset(join(UPLOT, 'uPlot.iife.min.js'))}</script>
<script>${own('draw.js')}</script>
</body>
</html>
`
}

function heading(summary: Summary, run: Run): string {
  const held = summary.violations.length === 0
  const verdict = held ? 'every checked guarantee held' : `${plural(summary.violations.length, 'guarantee violation')}`
  const killed = run.killed.size === 0 ? '' : `, ${run.killed.size} killed`
  return `<header>
<p class="brand">Plimsoll <span>clearinghouse replay</span></p>
<h1>${escaped(summary.scenario)}</h1>
<p class="lead">${escaped(summary.underlying)} from ${stamp(summary.from)} to ${stamp(summary.to)} UTC, ${run.started?.accounts.length ?? 0} accounts,
${plural(run.started?.keepers.length ?? 0, 'keeper')}${killed}, seed ${summary.seed}; ${number(summary.blocks)} blocks in ${summary.seconds.toFixed(0)} seconds.</p>
<p class="verdict ${held ? 'held' : 'broken'}">${held ? '✓' : '✗'} ${verdict}</p>
</header>`
}

function figures(summary: Summary): string {
  const tiles: [string, string, string][] = [
    ['margin calls', number(summary.marginCalls), `${number(summary.falseCalls)} false`],
    ['cures', number(summary.cures), summary.lapses === 0 ? '' : `${number(summary.lapses)} lapsed`],
    ['auctions', number(summary.auctions), plural(summary.bids, 'bid')],
    ['settlements', number(summary.settlements), plural(summary.settlementPrices.length, 'expiry', 'expiries')],
    ['default fund used', number(summary.defaultFundUsed), 'units of account'],
    ['bad debt', number(summary.badDebt), 'beyond the fund'],
    ['no cluster', number(summary.noCluster.minutes), 'minutes'],
  ]
  const body = tiles.map(([name, value, note]) => `<div><dt>${name}</dt><dd>${value}<small>${note}</small></dd></div>`)
  return `<dl class="figures">${body.join('')}</dl>`
}

function violations(summary: Summary): string {
  if (summary.violations.length === 0) return ''
  const rows = summary.violations.slice(0, 50).map((it) => [stamp(it.time), escaped(it.guarantee), escaped(it.detail)])
  return `<section><h2>Violations</h2>${table(['time', 'guarantee', 'what was seen'], rows)}</section>`
}

function priceSection(summary: Summary): string {
  const prices = summary.settlementPrices.map(
    (it) => `${stamp(it.expiry)}: <b>${number(it.price)}</b> (rung ${it.rung})`,
  )
  return `<section>
<h2>Price by source, and what happened when</h2>
<p>Each thin line is one venue, the strong line the reporters’ median on chain, the dashed one the Chainlink anchor; behind them
margin calls and auctions. Drag to zoom, double-click to
return; every plot follows.</p>
<div class="plot" id="prices"></div>
<div class="plot" id="lanes"></div>
<p class="hint" id="lane-hint">Point at a mark to read it.</p>
${prices.length === 0 ? '' : `<p>Settlement prices: ${prices.join('; ')}.</p>`}
</section>`
}

function accountSection(plots: Plots): string {
  const figuresOf = plots.accounts.map(
    (it, index) =>
      `<figure><figcaption><b>${escaped(it.name)}</b> ${escaped(it.strategy)}<span>${escaped(it.outcome)}</span></figcaption><div class="plot" id="account-${index}"></div></figure>`,
  )
  return `<section>
<h2>Equity against requirement</h2>
<p>Accounts that were called or auctioned, then those that came nearest. The shaded time is a <i class="called">margin call</i> or an
<i class="auction">auction</i>. <i class="line equity">equity</i> <i class="line maintenance">maintenance margin</i> <i class="line initial">initial margin</i></p>
<div class="multiples">${figuresOf.join('')}</div>
</section>`
}

const DEED_NAMES: [keyof Deeds, string][] = [
  ['reports', 'reports'],
  ['surfaces', 'surfaces'],
  ['marginCalls', 'margin calls'],
  ['cures', 'cures'],
  ['lapses', 'lapses'],
  ['auctions', 'auctions'],
  ['bids', 'bids'],
  ['settlementPrices', 'settlement prices'],
  ['settlements', 'settlements'],
  ['failedTransactions', 'failed'],
]

function keeperSection(run: Run, summary: Summary): string {
  const keepers = Object.entries(summary.byKeeper).map(([address, deeds]) => [
    `keeper ${deeds.keeper}${deeds.killed ? ' <em>killed</em>' : ''} <code>${shortened(address)}</code>`,
    number(deeds.turns),
    ...DEED_NAMES.map(([deed]) => number(deeds[deed])),
  ])
  const others = Object.entries(summary.byOthers).map(([address, deeds]) => [
    `trader <code>${shortened(address)}</code>`,
    '',
    ...DEED_NAMES.map(([deed]) => number(deeds[deed])),
  ])
  const reasons = new Map<string, number>()
  for (const { error } of happeningsOf(run, 'failedTransaction')) reasons.set(error, (reasons.get(error) ?? 0) + 1)
  const list = [...reasons].map(([error, count]) => `${escaped(error)} (${count})`).join(', ')
  return `<section>
<h2>Who did what</h2>
<p>Counted where a transaction changed something; “failed” were mined and refused, mostly because another was first.</p>
${table(['sender', 'blocks on turn', ...DEED_NAMES.map(([, name]) => name)], [...keepers, ...others], 'numbers')}
${list === '' ? '' : `<p>Refusals: ${list}.</p>`}
</section>`
}

function gasSection(summary: Summary): string {
  return `<section>
<h2>Gas</h2>
<p>Base fee of that day, and gas used in each block; ${number(summary.gasUsed / 1e6)} million in all, ${plural(summary.failedTransactions, 'failed transaction')}.</p>
<div class="plot" id="gas"></div>
</section>`
}

const WHAT = {
  marginCall: 'margin call',
  cure: 'cured',
  lapse: 'call lapsed',
  auctionStart: 'auction started',
  bid: 'bid',
  auctionEnd: 'auction ended',
} as const

function episodeSection(run: Run): string {
  const episodes = summaryOf(run).episodes
  if (episodes.length === 0) return ''
  const rows = episodes.map((it) => [
    stamp(it.time),
    WHAT[it.what],
    escaped(nameOf(run, it.account)),
    it.by === undefined ? '' : escaped(senderNameOf(run, it.by)),
    it.amount === undefined ? '' : `${it.what === 'bid' ? 'paid' : 'deficit'} ${number(it.amount)}`,
  ])
  return `<section><h2>In order</h2><details><summary>${plural(rows.length, 'entry', 'entries')}</summary>
${table(['time', 'what', 'account', 'by', 'amount'], rows)}</details></section>`
}

function inputSection(summary: Summary): string {
  const rows = summary.inputs.map((it) => [
    `<span class="origin ${it.origin}">${it.origin}</span>`,
    escaped(it.name),
    escaped(it.source),
  ])
  return `<section><h2>What is real here, and what is not</h2>${table(['origin', 'input', 'source'], rows)}</section>`
}

function table(heads: readonly string[], rows: readonly (readonly string[])[], kind = ''): string {
  const head = heads.map((it) => `<th>${it}</th>`).join('')
  const body = rows.map((row) => `<tr>${row.map((cell) => `<td>${cell}</td>`).join('')}</tr>`).join('')
  return `<div class="wide"><table class="${kind}"><thead><tr>${head}</tr></thead><tbody>${body}</tbody></table></div>`
}

function own(file: string): string {
  return readFileSync(new URL(file, import.meta.url), 'utf8')
}

function asset(path: string): string {
  return readFileSync(path, 'utf8')
}

function stamp(time: number): string {
  return new Date(time * 1000).toISOString().slice(0, 16).replace('T', ' ')
}

function number(value: number): string {
  return value.toLocaleString('en', { maximumFractionDigits: 2 })
}

function plural(count: number, one: string, many = `${one}s`): string {
  return `${number(count)} ${count === 1 ? one : many}`
}

function shortened(address: string): string {
  return `${address.slice(0, 6)}…${address.slice(-4)}`
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
}
