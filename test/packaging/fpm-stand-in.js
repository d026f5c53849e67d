#!/usr/bin/env node
/** fpm as far as electron-builder calls it: the package it makes is a description of what would have been in it. */
import { readFileSync, writeFileSync } from 'node:fs'

const given = process.argv.slice(2)
const valuesOf = (option) => given.flatMap((word, index) => (word === option ? [given[index + 1]] : []))
const read = (file) => readFileSync(file, 'utf8')
const moved = given.filter((word) => /^\/.+=\//.test(word)).map((word) => word.split(/=(?=\/)/))

writeFileSync(
  valuesOf('--package')[0],
  JSON.stringify({
    target: valuesOf('-t')[0],
    depends: valuesOf('-d'),
    recommends: valuesOf('--deb-recommends'),
    maintainer: valuesOf('--maintainer')[0],
    files: moved.map(([, to]) => to),
    desktop: read(moved.find(([, to]) => to.endsWith('.desktop'))[0]),
    afterInstall: read(valuesOf('--after-install')[0]),
    appArmor: read(`${moved[0][0]}resources/apparmor-profile`),
  }),
)
