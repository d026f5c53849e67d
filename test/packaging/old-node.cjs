// Has this Node.js say that it is an older one.
const old = { ...process.versions, node: '22.18.0' }
Object.defineProperty(process, 'versions', { value: old })
Object.defineProperty(process, 'version', { value: 'v22.18.0' })
