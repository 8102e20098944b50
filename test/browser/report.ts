// Does a real browser draw the report? Needs a Chromium on the machine, and is skipped where there is none.
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'chai'
import { chromium, type Browser } from 'playwright-core'
import { createReport } from '../../sim/report/report.ts'
import { syntheticRun } from '../sim/syntheticRun.ts'

const CHROMIUM = process.env['PLIMSOLL_CHROMIUM'] ?? '/usr/bin/chromium'
const PHONE = { width: 390, height: 844 }
const DESK = { width: 1280, height: 900 }

describe('the report in a browser', () => {
  const folder = mkdtempSync(join(tmpdir(), 'plimsoll-report-'))
  const file = join(folder, 'report.html')
  let browser: Browser | undefined

  before(async function () {
    if (!existsSync(CHROMIUM)) return this.skip()
    const report = createReport()
    for (const event of syntheticRun()) report.take(event)
    writeFileSync(file, report.html())
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox', '--disable-gpu'] })
  })

  after(async () => {
    await browser?.close()
    rmSync(folder, { recursive: true })
  })

  for (const [name, viewport, colorScheme] of [
    ['a desk in the light', DESK, 'light'],
    ['a phone in the dark', PHONE, 'dark'],
  ] as const) {
    it(`draws every plot without an error, within the width of ${name}`, async () => {
      const page = await browser!.newPage({ viewport, colorScheme })
      const errors: string[] = []
      page.on('pageerror', (error) => errors.push(error.message))
      page.on('request', (request) => {
        if (!request.url().startsWith('file:')) errors.push(request.url())
      })
      await page.goto(`file://${file}`)
      await page.waitForSelector('canvas')

      expect(errors).to.deep.equal([])
      expect(await page.locator('canvas').count()).to.equal(3 + 6)
      expect(await page.evaluate('document.documentElement.scrollWidth')).to.equal(viewport.width)
      await page.close()
    })
  }
})
