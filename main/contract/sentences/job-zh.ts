export const jobZh = {
  'job-device-form': '{path}："{text}" 不是设备；写作 host[:container[:permissions]]，例如 /dev/kvm',
  'gpu-field': '{path}：未知字段 "{field}"；已知的有 count、device、driver、capabilities 和 options',
  'gpu-count': '{path}："{text}" 不是数量；写 "all" 或一个数字',
  'job-size-form': '{path} = "{text}" 不是大小；写作数字和单位，例如 512m 或 2g',
  'job-cpus-form': '{path} = "{text}" 不是 CPU 数量；写作 1.5 或 3/2',
  'ulimit-form': 'ulimit {path} = "{text}" 不是限制；写作 soft 或 soft:hard，例如 1024:2048',
  'seccomp-unreadable': 'security_opt：在 Runner 的主机上无法将 seccomp 配置 {file} 读作 JSON',
  'pattern-negated': '{path}："{pattern}" 不会禁止任何内容，因为模式只能表示允许；请列出允许的内容',
  'name-not-allowed': '"{name}" 不在此 Runner 的 {path}（{patterns}）中；使用允许的镜像，或请求添加它',
  'user-not-allowed': '用户 "{user}" 不在此 Runner 的 allowed_users（{users}）中',
  'too-many-services': '请求的服务过多：{count} 个，services_limit 只允许 {limit} 个',
  'service-name': '服务的镜像名称 "{name}" 无效',
  'helper-path': '{source}：凭据助手 "{helper}" 必须是名称，而不是路径',
  'private-layer':
    'Docker 引擎无法在 {folder}（卷 "{entry}"）上加私有层：{why}。引擎的数据文件夹必须位于 ext4 或 xfs 之类的文件系统，而不能在 NFS 或另一个 overlay 上。请改用 ":ro" 挂载该文件夹，或移动引擎的数据',
  'folder-not-shared':
    'volumes 中有主机文件夹没有与 Docker 引擎的虚拟机共享。请在 Docker Desktop 设置的 Resources → File sharing 中添加它',
  'file-over-folder':
    '有卷把文件挂载到文件夹上，或把文件夹挂载到文件上。请更正 [runners.docker] volumes 中的来源或目标',
  'not-propagated':
    '{source} 的卷要求传播，但 {on} 在引擎所在的机器上不是 {kind} 挂载。请去掉 [runners.docker] volumes 中的传播选项，或在那里运行 "mount --make-rshared {on}"',
  'volume-mode': 'Docker 引擎不认识卷模式 "{mode}"。请在 [runners.docker] 的 volumes 中使用 ro 或 rw',
  'mounted-twice': 'volumes 和 tmpfs 中有两项的目标都是 {destination}。请删除其中一项',
  'entrypoint-fails':
    '镜像 {image} 无法启动其入口点 "{program}"。请把 image:entrypoint 设为 [""] 或镜像中有的程序',
  'network-of-container':
    '不能使用 network_mode = "container:…"：作业的容器有主机名。请使用两个容器都加入的网络',
  'network-missing':
    'network_mode 的网络 {network} 在 Docker 引擎上不存在。用 "docker network create {network}" 创建它',
  'no-addresses':
    'Docker 引擎没有可供新网络使用的地址了。用 "docker network prune" 删除不用的网络，或在引擎配置中扩大 default-address-pools',
  'section-missing':
    'Runner "{name}" 在 config.toml 中没有 [runners.docker] 节：请添加一个，其中有 image = "…"',
  'clone-path-off': '不允许设置 GIT_CLONE_PATH；请启用 `custom_build_dir`',
  'clone-path-outside': 'GIT_CLONE_PATH={asked} 必须位于 {builds} 之内',
  'no-helper':
    '辅助镜像 {image}（{~why}）和作业的镜像 {own}（其中没有 git）都无法获取源代码。请把 [runners.docker] 中的 helper_image 设为带有 sh、git、tar 和 find 的镜像',
  'job-not-written': '无法记录该作业（{why}）。请释放 Drydock 数据所在磁盘的空间，然后重新运行作业',
  'flag-test': 'GitLab Runner 用它测试自身',
  'flag-posix': '脚本总是以所有 POSIX shell 都能读取的形式加引号',
  'flag-chain': 'CI_SERVER_TLS_CA_FILE 包含连接中经过验证的证书链及其根证书',
  'flag-secrets': '使用外部密钥存储的作业会被拒绝',
  'flag-images': '作业的日志和页面总会列出其镜像',
  'flag-metrics': 'Drydock 不提供带有此类标签的指标',
  'flag-store': '这里对该存储只有一个客户端，它读写的对象与 GitLab Runner 的两个客户端相同',
  'flag-router': '只通过 HTTP 请求作业',
  'flag-steps': '脚本在 shell 中运行；Drydock 不包含 step runner',
  'flag-suspend': '作业的环境随作业结束；无法挂起',
}
