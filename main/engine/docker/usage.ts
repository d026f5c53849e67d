/** Told what jobs use, so that nothing is removed from under them and the disk's keeper knows what is old. */
export interface Usage {
  /** Disposing ends the job's use of everything. */
  begin(project: JobProject): JobUse
}

export interface JobProject {
  readonly id: number
  /** `group/project`, as people know it. */
  readonly path: string
}

export interface JobUse extends Disposable {
  /** Resolves once nobody is removing the thing any more; from then on it stays. */
  hold(thing: Thing): Promise<void>
  /** The engine did not have the image under this name before. */
  pulled(image: { readonly id: string; readonly name: string }): void
  /** The name stood for another image before. */
  renewed(image: { readonly from: string; readonly id: string; readonly name: string }): void
  /** A registry gave this project the image for credentials that other projects need not have. */
  proved(imageId: string): void
  /** Is the image anybody's, or did this project prove before that a registry gives it to it? */
  mayUse(imageId: string): boolean
}

/** For those who run no jobs, or keep no memory of them. */
export const unnoted: Usage = {
  begin: () => ({
    hold: async () => {},
    pulled: () => {},
    renewed: () => {},
    proved: () => {},
    mayUse: () => true,
    [Symbol.dispose]: () => {},
  }),
}

/** `volume NAME`, `image ID-or-NAME` or `caches PROJECT-ID`. */
export type Thing = `${'volume' | 'image' | 'caches'} ${string}`
