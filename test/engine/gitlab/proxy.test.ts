import { expect, it } from 'vitest'

import { proxyFor } from '../../../main/engine/gitlab/proxy.ts'

const all = { HTTP_PROXY: 'http://web:3128', HTTPS_PROXY: 'secure:3129' }

it.each([
  { url: 'http://git.example.com/', env: all, goes: 'http://web:3128' },
  { url: 'https://git.example.com/', env: all, goes: 'http://secure:3129' },
  { url: 'https://git.example.com/', env: { HTTP_PROXY: 'http://web:3128' }, goes: undefined },
  { url: 'http://git.example.com/', env: { http_proxy: 'web:1' }, goes: 'http://web:1' },
  { url: 'http://localhost:8080/', env: all, goes: undefined },
  { url: 'http://127.3.2.1/', env: all, goes: undefined },
  { url: 'http://[::1]:80/', env: all, goes: undefined },
  ...[
    { noProxy: '*', url: 'http://anything/', direct: true },
    { noProxy: 'example.com', url: 'http://example.com/', direct: true },
    { noProxy: 'example.com', url: 'http://git.example.com/', direct: true },
    { noProxy: 'example.com', url: 'http://notexample.com/', direct: false },
    { noProxy: '.example.com', url: 'http://git.example.com/', direct: true },
    { noProxy: '.example.com', url: 'http://example.com/', direct: false },
    { noProxy: '*.example.com', url: 'http://git.example.com/', direct: true },
    { noProxy: 'a, EXAMPLE.com ,b', url: 'http://example.com/', direct: true },
    { noProxy: 'example.com:8080', url: 'http://example.com:8080/', direct: true },
    { noProxy: 'example.com:8080', url: 'http://example.com/', direct: false },
    { noProxy: 'example.com:80', url: 'http://example.com/', direct: true },
    { noProxy: '10.0.0.0/8', url: 'http://10.1.2.3/', direct: true },
    { noProxy: '10.0.0.0/8', url: 'http://11.1.2.3/', direct: false },
    { noProxy: '10.0.0.0/99', url: 'http://10.1.2.3/', direct: false },
    { noProxy: '10.1.2.3', url: 'http://10.1.2.3/', direct: true },
    { noProxy: 'fd00::/8', url: 'http://[fd00::5]/', direct: true },
    { noProxy: 'fd00::5', url: 'http://[fd00::5]/', direct: true },
  ].map(({ noProxy, url, direct }) => ({
    url,
    env: { ...all, NO_PROXY: noProxy },
    goes: direct ? undefined : 'http://web:3128',
  })),
])('$url goes by $goes when NO_PROXY is $env.NO_PROXY', ({ url, env, goes }) => {
  expect(proxyFor(new URL(url), env)).toBe(goes)
})
