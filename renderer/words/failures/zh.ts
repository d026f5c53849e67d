import type { Failures } from './en.ts'

export const failures: Failures = {
  title: '这意味着什么',
  showLine: '查看该行',
  unknown: {
    program: '该程序',
    library: '某个库',
    version: '更新的版本',
    loader: '所需的加载器',
    symbol: '某个函数',
    folder: '该文件夹',
    path: '该文件',
    host: '该主机',
    image: '该镜像',
    platform: '此 CPU',
    address: '服务器',
  },
  kinds: {
    'no-space': {
      cause: 'Docker 引擎的磁盘或作业的受限文件夹已满。',
      remedy: '移除不再需要的镜像、卷和缓存，然后重新运行作业。',
    },
    'foreign-loader': {
      cause: '该程序是为其他 CPU 构建的。它正在被模拟运行，但镜像中缺少 {loader}。',
      remedy: '使用与该程序 CPU 一致的镜像，或使用为本机 CPU 构建的程序。',
    },
    'glibc-under-musl': {
      cause: '{program} 是为 glibc 构建的，而此镜像使用 musl，缺少 {symbol}。',
      remedy: '使用带有 glibc 的镜像，例如 debian:12-slim，或使用静态链接的版本。',
    },
    'glibc-too-old': {
      cause: '{program} 需要 {version}，比此镜像中的 glibc 更新。',
      remedy: '使用更新的镜像，或使用为较旧系统构建的程序。',
    },
    'libstdcxx-too-old': {
      cause: '{program} 需要 {version}，此镜像的 libstdc++ 不提供。',
      remedy: '使用更新的镜像，或在镜像中安装更新的 libstdc++。',
    },
    'private-libc': {
      cause: '镜像中的程序加载了工具链的 {program}，而不是自己的 C 库。',
      remedy: '从 LD_LIBRARY_PATH 中移除工具链的 C 库，工具链自己的程序不需要它。',
    },
    'library-missing': {
      cause: '{program} 需要 {library}，此镜像中没有。',
      remedy: '在镜像中安装包含该库的软件包，或把库所在的文件夹加入 LD_LIBRARY_PATH。',
    },
    'kernel-too-old': {
      cause: '镜像的 C 库需要比 Docker 引擎所在机器更新的 Linux 内核。',
      remedy: '使用较旧的镜像，或更新 Docker 引擎所在的机器。',
    },
    'cpu-too-old': {
      cause: '该镜像是为比本机更新的 CPU 构建的。',
      remedy: '使用为较旧 CPU 构建的镜像，例如 Debian 镜像。',
    },
    'other-cpu': {
      cause: '{program} 是为其他 CPU 构建的，或者根本不是程序。',
      remedy: '使用为此 CPU 构建的版本，或在 Docker 引擎所在的机器上用 binfmt 设置模拟。',
    },
    'loader-missing': {
      cause: '{program} 存在，但此镜像中没有它所需的加载器或解释器。',
      remedy:
        'glibc 程序需要带有 glibc 的镜像，例如 debian:12-slim；32 位程序需要 32 位库；脚本需要它的 shell。',
    },
    'program-or-loader-missing': {
      cause: '{program} 不存在，或者此镜像缺少它所需的加载器：shell 对两者的提示相同。',
      remedy:
        '检查它所在的文件夹是否已挂载。如果已挂载，glibc 工具链请使用带有 glibc 的镜像，例如 debian:12-slim。',
    },
    'program-missing': {
      cause: '{program} 不在 PATH 的任何文件夹中。',
      remedy: '挂载它的工具链并把 bin 文件夹加入 PATH，或在镜像中安装它。',
    },
    'not-executable': {
      cause: '作业的用户无权执行 {program}。',
      remedy: '对它执行 chmod +x 并提交，或检查其文件夹的权限和 noexec 选项。',
    },
    'tls-not-trusted': {
      cause: '服务器的证书由此处未知的机构签发。',
      remedy: '把 Runner 的 tls-ca-file 设置为该机构的证书，或将证书加入镜像。',
    },
    'dubious-ownership': {
      cause: 'Git 拒绝 {folder}，因为它不属于运行作业的用户。',
      remedy: '以所有者身份运行作业，或把该文件夹加入 Git 的 safe.directory。',
    },
    'sources-refused': {
      cause: '{address} 不接受用于获取源码的凭据。',
      remedy: '检查此项目是否可以读取另一个项目：设置 > CI/CD > 作业令牌权限。',
    },
    'host-not-found': {
      cause: '容器内无法解析名称 {host}。',
      remedy: '检查名称和 Docker 引擎的 DNS；Runner 的 dns 和 extra_hosts 也可能有帮助。',
    },
    'registry-not-found': {
      cause: 'Docker 引擎无法解析镜像仓库的名称 {host}。',
      remedy: '检查镜像的名称，以及 Docker 引擎的 DNS、代理和网络。',
    },
    'registry-denied': {
      cause: '使用现有凭据，镜像仓库不提供 {image}。',
      remedy: '检查名称，然后检查 DOCKER_AUTH_CONFIG 或 docker login。',
    },
    'image-missing': { cause: '镜像仓库中没有 {image}。', remedy: '检查名称和标签。' },
    'image-other-cpu': {
      cause: '该镜像不支持 {platform}。',
      remedy: '选择支持的标签，或设置 image:docker:platform 并启用模拟。',
    },
    'pull-limit': {
      cause: '镜像仓库暂时不允许继续拉取。',
      remedy: '使用 docker login 登录，用 pull_policy if-not-present 保留镜像，或使用镜像站点。',
    },
    'folder-missing': {
      cause: '需要挂载的 {folder} 在 Docker 引擎所在的机器上不存在。',
      remedy: '在那里创建它，或更正 Runner 的 volumes。',
    },
    'read-only': {
      cause: '脚本写入了以只读方式挂载的 {path}。',
      remedy: '请改为写入项目文件夹或 /tmp；工具链保持不变。',
    },
    'docker-in-docker': {
      cause: '脚本要连接位于 {address} 的 Docker 引擎，但没有应答。',
      remedy: '启动 docker:dind 服务并设置 DOCKER_HOST；如果信任该作业，也可以挂载引擎的套接字。',
    },
    'port-in-use': {
      cause: '脚本打开的端口已被占用。',
      remedy: '选择其他端口，或停止前面的命令启动的程序。',
    },
    'out-of-memory': {
      cause: '内存不足。',
      remedy: '减少并行任务，例如 make -j2，或提高 Runner 的 memory。',
    },
    killed: {
      cause: '脚本被终止，最常见的原因是内存不足。',
      remedy: '减少并行任务，例如 make -j2，或提高 Runner 的 memory。',
    },
    crashed: {
      cause: '某个程序访问了不属于它的内存。混用 C 库也会导致这种情况。',
      remedy: '检查 LD_LIBRARY_PATH 和 LD_PRELOAD 中是否有不属于此镜像的库。',
    },
    timeout: {
      cause: '作业超过了允许的时长。',
      remedy: '提高作业或项目的 timeout，或在 GitLab 中提高 Runner 的最大超时。',
    },
    stopped: {
      cause: '作业运行时 Drydock 被停止。',
      remedy: '重新运行作业。选择“完成作业后停止”会等待正在运行的作业。',
    },
  },
}
