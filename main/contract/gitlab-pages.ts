/** A GitLab server's pages that a person needs while setting up a runner. */
export interface GitLabPages {
  /** Makes a personal access token with the one scope creating a runner takes. */
  readonly newAccessToken: string
  /** Where an administrator creates a runner for everybody. */
  readonly newInstanceRunner: string
  /**
   * Where a runner is edited.
   * @param owner path of its group or project, such as `group/firmware`; GitLab tells it to a person's token only
   */
  readonly runner: (id: number, scope: 'instance' | 'group' | 'project', owner?: string) => string | undefined
  /** Where the runners of each scope are found without knowing whose they are. */
  readonly runners: Readonly<Record<'instance' | 'group' | 'project', string>>
}

/** @returns undefined for what is no http or https URL. */
export function gitlabPages(url: string): GitLabPages | undefined {
  const base = url.trim().replace(/\/+$/, '').replace(/\/ci$/, '').replace(/\/+$/, '')
  if (!/^https?:\/\/[^\s/]+/i.test(base)) return undefined
  return {
    newAccessToken: `${base}/-/user_settings/personal_access_tokens?name=Drydock&scopes=create_runner,manage_runner,read_user`,
    newInstanceRunner: `${base}/admin/runners/new`,
    runner: (id, scope, owner) => {
      if (scope === 'instance') return `${base}/admin/runners/${id}`
      if (owner === undefined) return undefined
      return scope === 'group'
        ? `${base}/groups/${owner}/-/runners/${id}`
        : `${base}/${owner}/-/runners/${id}/edit`
    },
    runners: {
      instance: `${base}/admin/runners`,
      group: `${base}/dashboard/groups`,
      project: `${base}/dashboard/projects`,
    },
  }
}
