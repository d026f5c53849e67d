import { expect, it } from 'vitest'

import type { ArtifactInfo } from '../../../main/contract/job.ts'
import { noteUploads } from '../../../main/engine/artifacts/note-uploads.ts'
import type { ArtifactGateway, UploadAnswer } from '../../../main/engine/gitlab/artifact-port.ts'

const stored: UploadAnswer = { kind: 'stored', status: '201 Created', correlationId: '' }
const lost: UploadAnswer = { kind: 'no-answer', problem: 'connection reset' }

it('an upload is noted once GitLab has it, with the bytes of the attempt that arrived', async () => {
  const answers = [lost, stored]
  const noted: ArtifactInfo[] = []
  const gateway: ArtifactGateway = {
    async upload(_, { content }) {
      await Array.fromAsync(content())
      return answers.shift() ?? stored
    },
    download: () => Promise.reject(new Error('not asked')),
  }
  const noting = noteUploads(gateway, (artifact) => noted.push(artifact))
  const request = {
    type: '',
    format: '',
    expireIn: '',
    filename: 'artifacts.zip',
    async *content() {
      yield Buffer.alloc(700)
      yield Buffer.alloc(50)
    },
  }
  const signal = new AbortController().signal
  const job = { id: 1, token: 'glcbt-x' }
  const kinds = [
    (await noting.upload(job, request, signal)).kind,
    (await noting.upload(job, request, signal)).kind,
  ]
  expect({ kinds, noted }).toEqual({
    kinds: ['no-answer', 'stored'],
    noted: [{ name: 'artifacts.zip', type: 'archive', format: 'zip', bytes: 750 }],
  })
})
