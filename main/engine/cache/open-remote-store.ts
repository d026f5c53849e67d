import type { CacheConfig } from '../config/schema.ts'
import { RemoteProblem, type RemoteStore } from './remote-store.ts'

export interface OpenedStore {
  readonly store: RemoteStore
  /** What was wrong with the configuration and had no say. */
  readonly remark?: string | undefined
}

/**
 * Opens the store a runner's caches are shared in; its client is loaded only now. @returns `undefined` where the
 * configuration names none.
 * @throws RemoteProblem when it cannot be used as configured.
 */
export async function openRemoteStore({
  Type,
  MaxUploadedArchiveSize,
  s3,
  gcs,
  azure,
}: CacheConfig): Promise<OpenedStore | undefined> {
  switch (Type) {
    case '':
      return undefined
    case 's3': {
      need(s3.BucketName, 'BucketName', 's3')
      const { s3Store, s3Remark } = await import('./stores/s3-store.ts')
      return { store: s3Store(s3), remark: s3Remark(s3) }
    }
    case 'gcs': {
      need(gcs.BucketName, 'BucketName', 'gcs')
      const { gcsStore } = await import('./stores/gcs-store.ts')
      return { store: gcsStore(gcs, MaxUploadedArchiveSize) }
    }
    case 'azure': {
      need(azure.AccountName, 'AccountName', 'azure')
      need(azure.ContainerName, 'ContainerName', 'azure')
      const { azureStore } = await import('./stores/azure-store.ts')
      return { store: azureStore(azure) }
    }
    default:
      throw new RemoteProblem(`cache type "${Type}" is unknown; s3, gcs and azure are known`)
  }
}

function need(value: string, key: string, section: string): void {
  if (value === '') throw new RemoteProblem(`${key} is missing in [runners.cache.${section}]`)
}
