/** The head of a file that `register` makes, as gitlab-runner writes it. */
export const newConfigText = `concurrent = 1
check_interval = 0
connection_max_age = "15m0s"
shutdown_timeout = 0

[session_server]
  session_timeout = 1800
`
