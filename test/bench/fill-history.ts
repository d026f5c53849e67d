import Database from 'better-sqlite3'

import { openHistory } from '../../main/engine/history/history.ts'

/** Past the journal, which waits for the disk at every job, as it should, and would take minutes. */
export function fillHistory(path: string, count: number): void {
  openHistory({ path, logger: { info() {}, error() {} } }).close()
  const database = new Database(path)
  database.pragma('synchronous = OFF')
  database.exec(`
    INSERT INTO runners (id, key, name) VALUES (1, 'k1', 'workbench 1'), (2, 'k2', 'workbench 2'), (3, 'k3', 'server');
    WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${count})
    INSERT INTO jobs (gitlab_id, gitlab_url, runner_id, name, project, ref, sha, image, timeout, accepted_at,
      variable_names, result, finished_at, resources, peak_memory)
    SELECT 1000000 + i, 'https://gitlab.example.com', 1 + i % 3,
      CASE i % 5 WHEN 0 THEN 'build' WHEN 1 THEN 'unit tests' WHEN 2 THEN 'lint' WHEN 3 THEN 'package' ELSE 'deploy' END
        || CASE i * 7 % 3 WHEN 0 THEN ' arm' WHEN 1 THEN ' x86' ELSE ' riscv' END,
      'group-' || (i % 7) || '/project-' || (i % 40),
      CASE WHEN i % 3 = 0 THEN 'main' ELSE 'feature/' || (i % 900) || '-improve-things' END,
      lower(hex(randomblob(20))), 'alpine:3', 3600, i * 1000, '["CI","GITLAB_CI","CI_COMMIT_SHA","DEPLOY_TOKEN"]',
      CASE i % 4 WHEN 0 THEN 'failed' WHEN 1 THEN 'canceled' ELSE 'success' END,
      CASE WHEN i > ${count - 3} THEN NULL ELSE i * 1000 + 900 END,
      json_object('peakMemory', i * 4096, 'cpuSeconds', i / 100.0, 'containers', json('[]')), i * 4096
    FROM n;
    INSERT INTO stages (job_id, ordinal, name, title, started_at, ended_at, result)
    SELECT jobs.id, k.value, 'stage ' || k.value, 'Title', accepted_at, accepted_at + 400, 'passed'
    FROM jobs, json_each('[0, 1, 2, 3]') AS k;
    -- A toolchain every job works with, in four versions, two versions of one at once, and one of a thousandth.
    INSERT INTO job_toolchains (name, version, job_id) SELECT 'gcc-arm', '1' || (id % 4), id FROM jobs;
    INSERT INTO job_toolchains (name, version, job_id) SELECT 'ddk', '3.1', id FROM jobs WHERE id % 3 = 0;
    INSERT INTO job_toolchains (name, version, job_id) SELECT 'ddk', '3.2', id FROM jobs WHERE id % 6 = 0;
    INSERT INTO job_toolchains (name, version, job_id) SELECT 'esp-idf', '5', id FROM jobs WHERE id % 1000 = 0;
    UPDATE jobs SET mounts = (
      SELECT json_group_array(json_object('source', '/srv/' || name, 'target', '/opt/' || name, 'readOnly', json('true'),
        'toolchain', json_object('name', name, 'version', version)))
      FROM job_toolchains WHERE job_id = jobs.id
    );`)
  database.close()
}
