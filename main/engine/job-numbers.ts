/** The smallest numbers no other running job has (job-execution.md §6.3). */
export interface JobNumber extends Disposable {
  /** `CI_CONCURRENT_ID`: among the jobs of one runner. */
  readonly concurrentId: number
  /** `CI_CONCURRENT_PROJECT_ID`: among those of one project, too. */
  readonly concurrentProjectId: number
}

export class JobNumbers {
  readonly #taken = new Map<string, Set<number>>()

  take(runnerToken: string, projectId: number): JobNumber {
    const ofProject = `${runnerToken}\0${projectId}`
    const concurrentId = this.#take(runnerToken)
    const concurrentProjectId = this.#take(ofProject)
    return {
      concurrentId,
      concurrentProjectId,
      [Symbol.dispose]: () => {
        this.#taken.get(runnerToken)?.delete(concurrentId)
        this.#taken.get(ofProject)?.delete(concurrentProjectId)
      },
    }
  }

  #take(group: string): number {
    const taken = this.#taken.get(group) ?? new Set()
    this.#taken.set(group, taken)
    let number = 0
    while (taken.has(number)) number++
    taken.add(number)
    return number
  }
}
