import { describe, expect, it } from 'vitest'

import { say } from '../../main/contract/sentences/say.ts'
import { translate } from '../../main/contract/sentences/translate.ts'

/** Each as it comes, and how its meaning begins in Chinese and in Korean; the words as they came follow in brackets. */
describe('what others say', () => {
  it.each([
    ["ENOENT: no such file or directory, open '/srv/sdk'", '没有此文件或文件夹', '파일이나 폴더가 없습니다'],
    ["EACCES: permission denied, scandir '/root'", '没有权限', '권한이 없습니다'],
    ['ENOSPC: no space left on device, write', '磁盘已满', '디스크에 남은 공간이 없습니다'],
    ['connect ECONNREFUSED 127.0.0.1:443', '对方拒绝连接', '상대가 연결을 거부했습니다'],
    ['connect EACCES /var/run/docker.sock', '无权使用此套接字', '이 소켓을 사용할 권한이 없습니다'],
    ['connect ETIMEDOUT 10.0.0.5:2376', '没有及时响应', '제때 응답하지 않았습니다'],
    ['getaddrinfo ENOTFOUND git.example.com', 'DNS 找不到此名称', 'DNS에서 이 이름을 찾을 수 없습니다'],
    [
      'self-signed certificate in certificate chain',
      '证书的签发机构不受信任',
      '인증서를 발급한 기관을 신뢰할 수 없습니다',
    ],
    ['dial tcp 192.0.2.1:443: connect: connection refused', '对方拒绝连接', '상대가 연결을 거부했습니다'],
    [
      'x509: certificate signed by unknown authority',
      '证书的签发机构不受信任',
      '인증서를 발급한 기관을 신뢰할 수 없습니다',
    ],
    ['No such image: debian:99', 'Docker 引擎上没有此镜像', 'Docker 엔진에 이 이미지가 없습니다'],
    [
      'manifest for debian:99 not found: manifest unknown: manifest unknown',
      '镜像仓库中没有此镜像或标签',
      '레지스트리에 이 이미지나 태그가 없습니다',
    ],
    [
      'toomanyrequests: You have reached your pull rate limit. You may increase the limit by authenticating',
      '镜像仓库暂时不允许继续拉取',
      '레지스트리가 지금은 이미지를 더 내주지 않습니다',
    ],
    [
      'Conflict. The container name "/runner-1" is already in use by container "4f"',
      '已有同名的容器',
      '같은 이름의 컨테이너가 이미 있습니다',
    ],
    ['listen EADDRINUSE: address already in use :::8080', '端口已被占用', '포트를 이미 사용 중입니다'],
    [
      'POST https://git.example.com/api/v4/user/runners: 403 Forbidden (insufficient_scope)',
      '令牌的范围不够',
      '토큰의 범위가 부족합니다',
    ],
    [
      'POST http://127.0.0.1:8080/api/v4/jobs/request: 401 Unauthorized',
      'GitLab 不认识此令牌',
      'GitLab이 이 토큰을 모릅니다',
    ],
  ])('%s', (text, zh, ko) => {
    expect([translate(text, 'zh-CN'), translate(text, 'ko'), translate(text, 'en')]).toEqual([
      `${zh}（${text}）`,
      `${ko} (${text})`,
      text,
    ])
  })

  it('is understood inside a sentence of ours', () => {
    const said = say('not-removed', {
      name: 'debian:12',
      why: 'conflict: unable to remove repository reference',
    })
    expect(translate(said, 'zh-CN')).toBe(
      'debian:12 未能移除：有容器正在使用此镜像（conflict: unable to remove repository reference）',
    )
  })

  it('is understood before a remedy of ours', () => {
    const said = `manifest unknown. ${say('pull-not-found')}.`
    expect(translate(said, 'zh-CN')).toBe(
      '镜像仓库中没有此镜像或标签（manifest unknown）。检查镜像的名称和标签。',
    )
  })
})
