/** A GitLab server's pages that a person needs while setting up a runner. */
export interface GitLabPages {
  /** Makes a personal access token with the one scope creating a runner takes. */
  readonly newAccessToken: string
  /** Where an administrator creates a runner for everybody. */
  readonly newInstanceRunner: string
  /** Where a runner is edited; of group and project runners only GitLab knows the path. */
  readonly runner: (id: number, scope: 'instance' | 'group' | 'project') => string | undefined
}

/** @returns undefined for what is no http or https URL. */
export function gitlabPages(url: string): GitLabPages | undefined {
  const base = url.trim().replace(/\/+$/, '').replace(/\/ci$/, '').replace(/\/+$/, '')
  if (!/^https?:\/\/[^\s/]+/i.test(base)) return undefined
  return {
    newAccessToken: `${base}/-/user_settings/personal_access_tokens?name=Drydock&scopes=create_runner,manage_runner,read_user`,
    newInstanceRunner: `${base}/admin/runners/new`,
    runner: (id, scope) =>
      scope === 'instance' ? `${base}/admin/runners/${id}` : `${base}/dashboard/projects`,
  }
}
