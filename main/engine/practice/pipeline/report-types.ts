interface ReportType {
  /** The file name the archive gets; GitLab sets it, not the pipeline. */
  readonly name: string
  readonly format: 'gzip' | 'raw' | 'zip'
}

/** Reports a job may upload beside its archive, each with the format GitLab demands for it. */
export const reportTypes: Readonly<Record<string, ReportType>> = {
  accessibility: { name: 'gl-accessibility.json', format: 'raw' },
  annotations: { name: 'gl-annotations.json', format: 'gzip' },
  api_fuzzing: { name: 'gl-api-fuzzing-report.json', format: 'raw' },
  browser_performance: { name: 'browser-performance.json', format: 'raw' },
  cluster_image_scanning: { name: 'gl-cluster-image-scanning-report.json', format: 'raw' },
  cobertura: { name: 'cobertura-coverage.xml', format: 'gzip' },
  codequality: { name: 'gl-code-quality-report.json', format: 'raw' },
  container_scanning: { name: 'gl-container-scanning-report.json', format: 'raw' },
  coverage_fuzzing: { name: 'gl-coverage-fuzzing.json', format: 'raw' },
  cyclonedx: { name: 'gl-sbom.cdx.json', format: 'gzip' },
  dast: { name: 'gl-dast-report.json', format: 'raw' },
  dependency_scanning: { name: 'gl-dependency-scanning-report.json', format: 'raw' },
  dotenv: { name: '.env', format: 'gzip' },
  jacoco: { name: 'jacoco.xml', format: 'gzip' },
  junit: { name: 'junit.xml', format: 'gzip' },
  license_scanning: { name: 'gl-license-scanning-report.json', format: 'raw' },
  load_performance: { name: 'load-performance.json', format: 'raw' },
  lsif: { name: 'lsif.json', format: 'zip' },
  metrics: { name: 'metrics.txt', format: 'gzip' },
  performance: { name: 'performance.json', format: 'raw' },
  requirements: { name: 'requirements.json', format: 'raw' },
  requirements_v2: { name: 'requirements_v2.json', format: 'raw' },
  sast: { name: 'gl-sast-report.json', format: 'raw' },
  secret_detection: { name: 'gl-secret-detection-report.json', format: 'raw' },
  terraform: { name: 'tfplan.json', format: 'raw' },
}
