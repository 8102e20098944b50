// How are the report's plots drawn? Runs in the reader's browser, on the columns that plots.ts wrote into the page.
/* global uPlot, document, getComputedStyle, matchMedia, addEventListener */
;(() => {
  const data = JSON.parse(document.getElementById('plots').textContent)
  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim()
  const utc = (time) => uPlot.tzDate(new Date(time * 1000), 'Etc/UTC')
  const followers = []
  let isFollowing = false

  /** A zoom in one plot becomes the zoom of all. */
  function follow(plot, key) {
    if (key !== 'x' || isFollowing) return
    isFollowing = true
    const { min, max } = plot.scales.x
    for (const other of followers) if (other !== plot) other.setScale('x', { min, max })
    isFollowing = false
  }

  const narrow = () => document.documentElement.clientWidth < 600
  const gutter = () => (narrow() ? 64 : 104)

  /** `09:30`, with the day under midnight and under the first label. */
  function clock(_, splits) {
    return splits.map((time, index) => {
      const [day, hour] = new Date(time * 1000).toISOString().slice(0, 16).split('T')
      return index === 0 || hour === '00:00' ? `${hour}\n${day}` : hour
    })
  }

  function axes(size, format) {
    const look = {
      stroke: colour('soft'),
      grid: { stroke: colour('rule'), width: 1 },
      ticks: { stroke: colour('rule') },
    }
    const values = format === undefined ? {} : { values: (_, splits) => splits.map(format) }
    return [
      { ...look, space: 70, values: clock },
      { ...look, size, ...values },
    ]
  }

  function draw(id, height, columns, options) {
    const target = document.getElementById(id)
    if (target === null || columns[0].length === 0) return
    const plot = new uPlot(
      {
        width: target.clientWidth,
        height,
        tzDate: utc,
        cursor: { sync: { key: 'run' }, drag: { x: true, y: false } },
        ...options,
        scales: { ...options.scales, x: { range: (_, min, max) => [min ?? data.from, max ?? data.to] } },
        hooks: { ...options.hooks, setScale: [follow] },
      },
      columns,
      target,
    )
    followers.push(plot)
  }

  /** Fills spans behind the lines of a plot, over the whole height or in one row of it. */
  function shade(plot, spans, top, height, alpha) {
    const { ctx, bbox } = plot
    ctx.save()
    ctx.beginPath()
    ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height)
    ctx.clip()
    for (const { from, to, tone } of spans) {
      const left = plot.valToPos(from, 'x', true)
      const width = Math.max(plot.valToPos(to, 'x', true) - left, 2 * uPlot.pxRatio)
      ctx.globalAlpha = alpha
      ctx.fillStyle = colour(
        tone === 'healthy' ? 'agreed' : tone === 'closed' ? 'dead' : tone === 'violated' ? 'bad' : tone,
      )
      ctx.fillRect(left, top, width, height)
    }
    ctx.restore()
  }

  /** Writes a span's label into it where there is room. */
  function inscribe(plot, { from, to, label }, row) {
    const { ctx, bbox } = plot
    const left = Math.max(plot.valToPos(from, 'x', true), bbox.left)
    const right = Math.min(plot.valToPos(to, 'x', true), bbox.left + bbox.width)
    ctx.save()
    ctx.font = `${11 * uPlot.pxRatio}px system-ui`
    ctx.fillStyle = colour('ink')
    ctx.textAlign = 'left'
    ctx.textBaseline = 'middle'
    const padding = 6 * uPlot.pxRatio
    if (ctx.measureText(label).width + 2 * padding < right - left) {
      ctx.fillText(label.toLowerCase(), left + padding, row.top + row.height / 2)
    }
    ctx.restore()
  }

  function drawPrices() {
    let venue = 0
    const series = data.prices.lines.map(({ name, role }) => {
      const stroke = colour(role === 'venue' ? `venue-${venue++ % 5}` : role)
      const shown = {
        label: name,
        stroke,
        points: { show: false },
        value: (_, it) => (it === null ? '–' : it.toFixed(2)),
      }
      if (role === 'venue') return { ...shown, width: 1 }
      return role === 'anchor'
        ? { ...shown, width: 2, dash: [6, 4], paths: uPlot.paths.stepped({ align: 1 }) }
        : { ...shown, width: 2 }
    })
    draw('prices', narrow() ? 300 : 380, [data.prices.time, ...data.prices.lines.map((it) => it.values)], {
      series: [{ label: 'UTC', value: '{YYYY}-{MM}-{DD} {HH}:{mm}' }, ...series],
      axes: axes(gutter()),
      hooks: { drawClear: [shadeTrouble] },
    })
  }

  /** Auctions and margin calls behind the prices: what the fall did to whom. */
  function shadeTrouble(plot) {
    for (const { name, spans } of data.lanes) {
      if (name === 'auctions') shade(plot, spans, plot.bbox.top, plot.bbox.height, 0.14)
      if (name === 'margin calls') shade(plot, spans, plot.bbox.top, plot.bbox.height, 0.55)
    }
  }

  function drawLanes() {
    const rows = data.lanes.length
    const height = rows * 24 + 44
    const rowOf = (plot, index) => {
      const step = plot.bbox.height / rows
      return { top: plot.bbox.top + index * step + step * 0.14, height: step * 0.72 }
    }
    const paint = (plot) =>
      data.lanes.forEach(({ spans }, index) => {
        const row = rowOf(plot, index)
        shade(plot, spans, row.top, row.height, 0.95)
        if (data.lanes[index].name === 'market') spans.forEach((span) => inscribe(plot, span, row))
      })
    const [time, names] = axes(gutter())
    const name = (split) => data.lanes[rows - 1 - Math.floor(split)]?.name ?? ''
    draw(
      'lanes',
      height,
      [
        [data.from, data.to],
        [null, null],
      ],
      {
        legend: { show: false },
        series: [{}, { show: true }],
        scales: { y: { range: [0, rows] } },
        axes: [
          time,
          {
            ...names,
            font: narrow() ? '10px system-ui' : '13px system-ui',
            grid: { show: false },
            ticks: { show: false },
            splits: data.lanes.map((_, index) => index + 0.5),
            values: (_, splits) => splits.map(name),
          },
        ],
        hooks: { draw: [paint], setCursor: [hint] },
      },
    )
  }

  /** Says in words what lies under the pointer in the lanes. */
  function hint(plot) {
    const { left, top } = plot.cursor
    if (left < 0 || top < 0) return
    const index = Math.floor((top / (plot.bbox.height / uPlot.pxRatio)) * data.lanes.length)
    const lane = data.lanes[index]
    const near = plot.posToVal(5, 'x') - plot.posToVal(0, 'x')
    const at = plot.posToVal(left, 'x')
    const found = lane?.spans.filter(({ from, to }) => from - near <= at && at <= to + near) ?? []
    if (found.length === 0) return
    const when = new Date(found[0].from * 1000).toISOString().slice(0, 16).replace('T', ' ')
    const more = found.length > 3 ? ` and ${found.length - 3} more` : ''
    const said = found.slice(0, 3).map((it) => it.label)
    document.getElementById('lane-hint').textContent = `${when} · ${lane.name}: ${said.join('; ')}${more}`
  }

  function drawAccounts() {
    data.accounts.forEach((account, index) => {
      const line = (label, stroke, extra) => ({
        label,
        stroke: colour(stroke),
        width: 1.5,
        points: { show: false },
        ...extra,
      })
      draw(`account-${index}`, 190, [account.time, account.equity, account.maintenance, account.initial], {
        legend: { show: false },
        series: [
          {},
          line('equity', 'ink', { width: 2 }),
          line('maintenance', 'auction'),
          line('initial', 'soft', { dash: [4, 4] }),
        ],
        axes: axes(58, (value) => (Math.abs(value) >= 1000 ? `${+(value / 1000).toFixed(1)}k` : String(value))),
        hooks: { drawClear: [(plot) => shade(plot, account.spans, plot.bbox.top, plot.bbox.height, 0.22)] },
      })
    })
  }

  function drawGas() {
    const [time, left] = axes(gutter(), (value) => `${value} gwei`)
    draw('gas', 220, [data.gas.time, data.gas.used, data.gas.baseFee], {
      series: [
        { label: 'UTC', value: '{YYYY}-{MM}-{DD} {HH}:{mm}' },
        {
          label: 'gas used, million',
          stroke: `${colour('venue-0')}55`,
          fill: `${colour('venue-0')}22`,
          width: 1,
          scale: 'used',
          points: { show: false },
        },
        { label: 'base fee, gwei', stroke: colour('venue-2'), width: 1.5, points: { show: false } },
      ],
      axes: [
        time,
        left,
        {
          ...left,
          scale: 'used',
          side: 1,
          size: narrow() ? 40 : 56,
          grid: { show: false },
          values: (_, it) => it.map((v) => `${v} M`),
        },
      ],
    })
  }

  function drawAll() {
    for (const plot of followers.splice(0)) plot.destroy()
    drawPrices()
    drawLanes()
    drawAccounts()
    drawGas()
  }

  let waiting
  addEventListener('resize', () => {
    clearTimeout(waiting)
    waiting = setTimeout(drawAll, 150)
  })
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', drawAll)
  drawAll()
})()
