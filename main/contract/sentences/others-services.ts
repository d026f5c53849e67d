import type { OthersWords } from './others-words.ts'

/** What Docker, Podman, registries and GitLab refuse with. */
export const servicesWords: OthersWords = [
  [
    /permission denied while trying to connect to the Docker/i,
    '该用户不能使用 Docker 引擎',
    '이 사용자는 Docker 엔진을 사용할 수 없습니다',
  ],
  [/Cannot connect to the Docker daemon/i, 'Docker 引擎没有应答', 'Docker 엔진이 응답하지 않습니다'],
  [
    /toomanyrequests|pull rate limit|too many requests/i,
    '镜像仓库暂时不允许继续拉取',
    '레지스트리가 지금은 이미지를 더 내주지 않습니다',
  ],
  [
    /no matching manifest for|does not match the specified platform/i,
    '没有适用于此 CPU 的镜像',
    '이 CPU용 이미지가 없습니다',
  ],
  [
    /manifest unknown|manifest for .+ not found|name unknown|repository .+ not found/i,
    '镜像仓库中没有此镜像或标签',
    '레지스트리에 이 이미지나 태그가 없습니다',
  ],
  [
    /pull access denied|requested access to the resource is denied/i,
    '镜像仓库中没有此镜像，或需要登录',
    '레지스트리에 이 이미지가 없거나 로그인이 필요합니다',
  ],
  [
    /unauthorized: |authentication required|no basic auth credentials|incorrect username or password/i,
    '镜像仓库不接受这些凭据',
    '레지스트리가 자격 증명을 받아들이지 않습니다',
  ],
  [/invalid reference format/i, '镜像名称的格式不正确', '이미지 이름의 형식이 올바르지 않습니다'],
  [
    /conflict: unable to (?:remove|delete)|image is in use|image used by/i,
    '有容器正在使用此镜像',
    '컨테이너가 이 이미지를 사용 중입니다',
  ],
  [/volume is (?:in use|being used)/i, '有容器正在使用此卷', '컨테이너가 이 볼륨을 사용 중입니다'],
  [
    /The container name .+ is already in use|name .+ is in use/i,
    '已有同名的容器',
    '같은 이름의 컨테이너가 이미 있습니다',
  ],
  [/No such image/i, 'Docker 引擎上没有此镜像', 'Docker 엔진에 이 이미지가 없습니다'],
  [/No such container/i, '此容器已不存在', '이 컨테이너는 더 이상 없습니다'],
  [/No such volume|no such volume/, '没有此卷', '이 볼륨이 없습니다'],
  [/container .+ is not running/i, '容器没有在运行', '컨테이너가 실행 중이 아닙니다'],
  [
    /bind source path does not exist/i,
    '要挂载的文件夹在引擎所在的机器上不存在',
    '마운트할 폴더가 엔진의 컴퓨터에 없습니다',
  ],
  [
    /invalid mount config|invalid mode:|invalid volume specification/i,
    '挂载的写法不正确',
    '마운트를 쓴 방식이 올바르지 않습니다',
  ],
  [/port is already allocated|address already in use/i, '端口已被占用', '포트를 이미 사용 중입니다'],
  [/could not select device driver/i, '引擎没有此设备的驱动', '엔진에 이 장치의 드라이버가 없습니다'],
  [
    /error gathering device information|no such device/i,
    '引擎所在的机器上没有此设备',
    '엔진의 컴퓨터에 이 장치가 없습니다',
  ],
  [/unknown (?:or invalid )?runtime/i, '引擎没有此运行时', '엔진에 이 런타임이 없습니다'],
  [/exec format error/i, '程序是为另一种 CPU 构建的', '다른 CPU용으로 빌드된 프로그램입니다'],
  [
    /at least 10 minutes|maximum_timeout/i,
    'GitLab 不接受少于 10 分钟的最长时间',
    'GitLab은 10분 미만의 최대 시간을 받지 않습니다',
  ],
  [/insufficient[_ ]scope/i, '令牌的范围不够', '토큰의 범위가 부족합니다'],
  [/Token (?:was|is) revoked|revoked/i, '令牌已撤销', '토큰이 취소되었습니다'],
  [/Token is expired|token has expired/i, '令牌已过期', '토큰이 만료되었습니다'],
  [/\b401 Unauthorized\b|invalid_token/, 'GitLab 不认识此令牌', 'GitLab이 이 토큰을 모릅니다'],
  [/\b403 Forbidden\b/, 'GitLab 不允许此操作', 'GitLab이 이 작업을 허용하지 않습니다'],
  [/\b404 (?:\w+ )?Not Found\b/, 'GitLab 上没有此内容', 'GitLab에 없습니다'],
  [/\b409 Conflict\b/, '与 GitLab 上的现状冲突', 'GitLab의 현재 상태와 맞지 않습니다'],
  [/\b422 Unprocessable|\b400 Bad Request\b/, 'GitLab 不接受这些内容', 'GitLab이 이 내용을 받지 않습니다'],
  [/\b429 Too Many Requests\b/, 'GitLab 暂时限制请求', 'GitLab이 지금은 요청을 제한합니다'],
  [
    /\b50[0234] (?:Internal Server Error|Bad Gateway|Service Unavailable|Gateway Time-?out)\b/i,
    '服务器出现故障',
    '서버에 오류가 있습니다',
  ],
]
