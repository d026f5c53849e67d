/** `npm run bench -- NAME`: runs one benchmark, or lists them. */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'

const names = readdirSync(import.meta.dirname)
  .filter((file) => file.endsWith('.ts') && file !== 'run.ts')
  .map((file) => file.slice(0, -3))

const [name] = process.argv.slice(2)
if (name === undefined || !names.includes(name)) {
  console.error(`Usage: npm run bench -- NAME, where NAME is one of ${names.join(', ')}`)
  process.exitCode = name === undefined ? 0 : 1
} else {
  await import(join(import.meta.dirname, `${name}.ts`))
}
