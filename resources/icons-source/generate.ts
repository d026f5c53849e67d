/**
 * Draws every icon from `drydock.svg` and the tray's shapes, with Chromium: `node resources/icons-source/generate.ts`.
 * What it writes is committed, so that a build needs no browser.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import { chromium, type Page } from 'playwright-core'

const here = import.meta.dirname
const icons = join(here, '../icons')
const tray = join(here, '../tray')

const linuxSizes = [16, 32, 48, 64, 128, 256, 512]
const windowsSizes = [16, 24, 32, 48, 64, 256]
/** Apple's names of PNGs by their width. */
const appleKinds = [
  ['ic11', 32],
  ['ic12', 64],
  ['ic07', 128],
  ['ic13', 256],
  ['ic14', 512],
  ['ic10', 1024],
] as const

const dock = '<path d="M2.5 7.5V18.5H19.5V7.5" />'
const triangle = 'M11 3.4L19.6 18.4H2.4Z'
/** A shape of its own for each state, in the dock; colour comes on top. */
const states = {
  idle: { colour: '#7c888d', shape: `${dock}<path d="M6.5 9.5H15.5L14 14H8Z" />` },
  running: {
    colour: '#14909e',
    shape: `${dock}<path class="full" d="M6.5 9.5H15.5L14 14H8Z" /><path class="full" d="M9 3H13V6.5H9Z" />`,
  },
  paused: { colour: '#b7791f', shape: `${dock}<path class="bold" d="M8 5.5V13.5M14 5.5V13.5" />` },
  // No dock at all: at 16 pixels a solid triangle is told from two bars at a glance.
  attention: {
    colour: '#d64545',
    shape: `<path d="${triangle}" /><path class="cut" d="${triangle} M9.7 7.8h2.6v5.2h-2.6z M9.7 14.6h2.6v2.3h-2.6z" />`,
  },
  offline: { colour: '#7c888d', shape: `${dock}<path d="M7.5 6.5L14.5 13.5M14.5 6.5L7.5 13.5" />` },
} as const

const traySvg = (shape: string, colour: string) =>
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 22 22" fill="none" stroke="${colour}" stroke-width="2.2" stroke-linecap="round" stroke-linejoin="round"><style>.full{fill:${colour}}.bold{stroke-width:3.2}.cut{fill:${colour};fill-rule:evenodd;stroke:none}</style>${shape}</svg>`

async function draw(page: Page, svg: string, size: number): Promise<Buffer> {
  await page.setViewportSize({ width: size, height: size })
  const image = `data:image/svg+xml;base64,${Buffer.from(svg).toString('base64')}`
  await page.setContent(`<body style="margin:0"><img src="${image}" width="${size}" height="${size}">`)
  return await page.screenshot({ omitBackground: true })
}

/** An ICO whose images are PNGs, as Windows reads since Vista. */
function ico(images: readonly (readonly [size: number, png: Buffer])[]): Buffer {
  const head = Buffer.alloc(6 + 16 * images.length)
  head.writeUInt16LE(1, 2)
  head.writeUInt16LE(images.length, 4)
  let offset = head.length
  for (const [index, [size, png]] of images.entries()) {
    const at = 6 + 16 * index
    // 256 is written as 0.
    head.writeUInt8(size % 256, at)
    head.writeUInt8(size % 256, at + 1)
    head.writeUInt16LE(1, at + 4)
    head.writeUInt16LE(32, at + 6)
    head.writeUInt32LE(png.length, at + 8)
    head.writeUInt32LE(offset, at + 12)
    offset += png.length
  }
  return Buffer.concat([head, ...images.map(([, png]) => png)])
}

function icns(images: readonly (readonly [kind: string, png: Buffer])[]): Buffer {
  const parts = images.map(([kind, png]) => {
    const head = Buffer.alloc(8)
    head.write(kind, 'latin1')
    head.writeUInt32BE(png.length + 8, 4)
    return Buffer.concat([head, png])
  })
  const length = parts.reduce((sum, part) => sum + part.length, 8)
  const head = Buffer.alloc(8)
  head.write('icns', 'latin1')
  head.writeUInt32BE(length, 4)
  return Buffer.concat([head, ...parts])
}

await using stack = new AsyncDisposableStack()
const browser = await chromium.launch({
  executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
  args: ['--no-sandbox'],
})
stack.defer(() => browser.close())
const page = await browser.newPage()
const svg = await readFile(join(here, 'drydock.svg'), 'utf8')
await mkdir(icons, { recursive: true })
await mkdir(tray, { recursive: true })

for (const size of linuxSizes)
  await writeFile(join(icons, `${size}x${size}.png`), await draw(page, svg, size))
const forWindows: [number, Buffer][] = []
for (const size of windowsSizes) forWindows.push([size, await draw(page, svg, size)])
await writeFile(join(icons, 'icon.ico'), ico(forWindows))
const forApple: [string, Buffer][] = []
for (const [kind, size] of appleKinds) forApple.push([kind, await draw(page, svg, size)])
await writeFile(join(icons, 'icon.icns'), icns(forApple))

for (const [state, { colour, shape }] of Object.entries(states)) {
  await writeFile(join(tray, `${state}.png`), await draw(page, traySvg(shape, colour), 22))
  await writeFile(join(tray, `${state}@2x.png`), await draw(page, traySvg(shape, colour), 44))
  // Black and transparent: the menu bar colours it.
  await writeFile(join(tray, `${state}Template.png`), await draw(page, traySvg(shape, '#000'), 18))
  await writeFile(join(tray, `${state}Template@2x.png`), await draw(page, traySvg(shape, '#000'), 36))
}
