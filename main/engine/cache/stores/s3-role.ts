import { AssumeRoleCommand, STSClient, type STSClientConfig } from '@aws-sdk/client-sts'
import type { S3ClientConfig } from '@aws-sdk/client-s3'

import type { CacheConfig } from '../../config/schema.ts'

type S3Config = CacheConfig['s3']

/** What is done with an object, and so what a credential must be good for. */
export type Access = 'read' | 'write'

const sessionSeconds = 3600

/** The role to take on for an access; `undefined` where the runner's own credentials serve. */
export function roleFor(access: Access, { RoleARN, UploadRoleARN }: S3Config): string | undefined {
  return (access === 'write' ? UploadRoleARN || RoleARN : RoleARN) || undefined
}

/**
 * Credentials of a role that are good for one access to one object only (job-execution.md §10.7). They are asked for
 * when they are needed, and again before they end.
 */
export function roleCredentials(
  role: string,
  access: Access,
  key: string,
  config: S3Config,
  client: STSClientConfig,
): Extract<S3ClientConfig['credentials'], () => unknown> {
  return async () => {
    const sts = new STSClient(client)
    try {
      const command = new AssumeRoleCommand({
        RoleArn: role,
        RoleSessionName: 'drydock-cache',
        DurationSeconds: sessionSeconds,
        Policy: JSON.stringify(sessionPolicy(role, access, key, config)),
      })
      const { Credentials: given } = await sts.send(command)
      return {
        accessKeyId: given?.AccessKeyId ?? '',
        secretAccessKey: given?.SecretAccessKey ?? '',
        ...(given?.SessionToken !== undefined && { sessionToken: given.SessionToken }),
        ...(given?.Expiration && { expiration: given.Expiration }),
      }
    } finally {
      sts.destroy()
    }
  }
}

// A multipart upload that is given up has to be taken away, or its parts are paid for as long as the bucket lives.
const actions = {
  read: ['s3:GetObject'],
  write: ['s3:PutObject', 's3:AbortMultipartUpload'],
} as const

function sessionPolicy(
  role: string,
  access: Access,
  key: string,
  { BucketName, ServerSideEncryption, ServerSideEncryptionKeyID }: S3Config,
) {
  const [, partition = 'aws'] = role.split(':')
  // In a policy these would stand for other keys, too.
  const literal = key.replace(/[*?$]/g, (char) => `\${${char}}`)
  const allow = (Action: readonly string[], Resource: string) => ({ Effect: 'Allow', Action, Resource })
  const usesKey = /kms/i.test(ServerSideEncryption) && ServerSideEncryptionKeyID !== ''
  return {
    Version: '2012-10-17',
    Statement: [
      allow(actions[access], `arn:${partition}:s3:::${BucketName}/${literal}`),
      ...(usesKey ? [allow(['kms:Decrypt', 'kms:GenerateDataKey'], ServerSideEncryptionKeyID)] : []),
    ],
  }
}
