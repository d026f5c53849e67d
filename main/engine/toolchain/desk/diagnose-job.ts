import type { JobDiagnosis } from '../../../contract/doctor.ts'
import type { JobDetail } from '../../../contract/job.ts'
import type { DockerEngine } from '../../docker/port.ts'
import { ToolchainProblem } from '../toolchain.ts'
import type { ToolchainDesk } from './desk.ts'
import { doctorReport, examineIn } from './examination.ts'

/**
 * Why a program did not run in a job, where it is one of the job's toolchains and the image does not suit it.
 * @param job `user`: of its runner, `''` for the image's own. @param program as the shell named it: a name or a path.
 */
export async function diagnoseJob(
  desk: ToolchainDesk,
  engine: DockerEngine,
  labels: Readonly<Record<string, string>>,
  { image, mounts, user }: Pick<JobDetail, 'image' | 'mounts'> & { readonly user: string },
  program: string,
): Promise<JobDiagnosis | undefined> {
  if ((await engine.inspectImage(image)) === undefined) return undefined
  const wanted = program.split('/').at(-1) ?? ''
  for (const { toolchain: use } of mounts) {
    if (use === undefined) continue
    try {
      const toolchain = await desk.library.read(use)
      const report = doctorReport(
        toolchain,
        await examineIn({ desk, engine, labels, user }, toolchain, image),
      )
      for (const finding of report.findings) {
        const found = finding.programs.find((path) =>
          program.startsWith('/') ? path === program : path.split('/').at(-1) === wanted,
        )
        if (found === undefined) continue
        const { reference, fittingImages } = report
        return { reference, image, program: found, finding, fittingImages }
      }
    } catch (error) {
      // Its folder or its description is gone since.
      if (!(error instanceof ToolchainProblem)) throw error
    }
  }
  return undefined
}
