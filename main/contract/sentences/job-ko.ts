export const jobKo = {
  'job-device-form':
    '{path}: "{text}"은(는) 장치가 아닙니다. /dev/kvm처럼 host[:container[:permissions]]로 쓰세요',
  'gpu-field':
    '{path}: 알 수 없는 항목 "{field}"입니다. count, device, driver, capabilities, options만 쓸 수 있습니다',
  'gpu-count': '{path}: "{text}"은(는) 개수가 아닙니다. "all"이나 숫자를 쓰세요',
  'job-size-form': '{path} = "{text}"은(는) 크기가 아닙니다. 512m이나 2g처럼 숫자와 단위로 쓰세요',
  'job-cpus-form': '{path} = "{text}"은(는) CPU 수가 아닙니다. 1.5나 3/2처럼 쓰세요',
  'ulimit-form': 'ulimit {path} = "{text}"은(는) 제한이 아닙니다. 1024:2048처럼 soft 또는 soft:hard로 쓰세요',
  'seccomp-unreadable':
    'security_opt: 러너의 호스트에서 seccomp 프로필 {file}을(를) JSON으로 읽을 수 없습니다',
  'pattern-negated':
    '{path}: 패턴은 허용만 할 수 있어 "{pattern}"은(는) 아무것도 금지하지 않습니다. 허용할 것을 나열하세요',
  'name-not-allowed':
    '"{name}"은(는) 이 러너의 {path}({patterns})에 없습니다. 허용된 이미지를 쓰거나 추가를 요청하세요',
  'user-not-allowed': '사용자 "{user}"은(는) 이 러너의 allowed_users({users})에 없습니다',
  'too-many-services': '서비스를 너무 많이 요청했습니다: {count}개. services_limit은 {limit}개만 허용합니다',
  'service-name': '서비스 이미지 이름 "{name}"이(가) 올바르지 않습니다',
  'helper-path': '{source}: 자격 증명 도우미 "{helper}"은(는) 경로가 아니라 이름이어야 합니다',
  'private-layer':
    'Docker 엔진이 {folder}(볼륨 "{entry}") 위에 전용 레이어를 만들 수 없습니다: {~why}. 엔진의 데이터 폴더는 NFS나 다른 overlay가 아니라 ext4나 xfs 같은 파일 시스템에 있어야 합니다. 폴더를 ":ro"로 마운트하거나 엔진의 데이터를 옮기세요',
  'folder-not-shared':
    'volumes의 호스트 폴더가 Docker 엔진의 가상 머신과 공유되지 않았습니다. Docker Desktop 설정의 Resources, File sharing에서 추가하세요',
  'file-over-folder':
    '볼륨이 폴더 위에 파일을, 또는 파일 위에 폴더를 마운트합니다. [runners.docker] volumes의 원본이나 대상을 고치세요',
  'not-propagated':
    '{source}의 볼륨이 전파를 요구하지만, 엔진의 컴퓨터에서 {on}은(는) {kind} 마운트가 아닙니다. [runners.docker] volumes에서 전파 옵션을 빼거나 그곳에서 "mount --make-rshared {on}"을 실행하세요',
  'volume-mode':
    'Docker 엔진이 볼륨 모드 "{mode}"을(를) 알지 못합니다. [runners.docker]의 volumes에 ro나 rw를 쓰세요',
  'mounted-twice': 'volumes와 tmpfs의 두 항목이 같은 대상 {destination}을(를) 씁니다. 하나를 지우세요',
  'entrypoint-fails':
    '이미지 {image}이(가) 엔트리포인트 "{program}"을(를) 시작할 수 없습니다. image:entrypoint를 [""]나 이미지에 있는 프로그램으로 설정하세요',
  'network-of-container':
    'network_mode = "container:…"은(는) 쓸 수 없습니다. 작업의 컨테이너에 호스트 이름이 있기 때문입니다. 두 컨테이너가 함께 쓰는 네트워크를 사용하세요',
  'network-missing':
    'network_mode의 네트워크 {network}이(가) Docker 엔진에 없습니다. "docker network create {network}"로 만드세요',
  'no-addresses':
    'Docker 엔진에 이 작업만의 네트워크에 쓸 주소가 남아 있지 않아 작업의 컨테이너가 기본 브리지를 씁니다. "docker network prune"으로 쓰지 않는 네트워크를 지우거나 엔진 설정의 default-address-pools를 늘리세요',
  'section-missing':
    '러너 "{name}"의 config.toml에 [runners.docker] 섹션이 없습니다. image = "…"이(가) 있는 섹션을 추가하세요',
  'clone-path-off': 'GIT_CLONE_PATH를 설정할 수 없습니다. `custom_build_dir`을 켜세요',
  'clone-path-outside': 'GIT_CLONE_PATH={asked}은(는) {builds} 안에 있어야 합니다',
  'no-helper':
    '헬퍼 이미지 {image}({~why})도, git이 없는 작업의 이미지 {own}도 소스를 가져올 수 없습니다. [runners.docker]의 helper_image를 sh, git, tar, find가 있는 이미지로 설정하세요',
  'job-not-written':
    '작업을 기록할 수 없습니다: {~why}. Drydock 데이터가 있는 디스크의 공간을 확보한 뒤 작업을 다시 실행하세요',
  'flag-test': 'GitLab Runner가 자신을 시험할 때 씁니다',
  'flag-posix': '스크립트는 언제나 모든 POSIX 셸이 읽는 형태로 따옴표 처리됩니다',
  'flag-chain': 'CI_SERVER_TLS_CA_FILE에는 루트를 포함해 검증된 연결의 인증서 체인이 들어 있습니다',
  'flag-secrets': '외부 저장소의 비밀을 쓰는 작업은 거부됩니다',
  'flag-images': '작업의 로그와 페이지에 언제나 이미지가 표시됩니다',
  'flag-metrics': 'Drydock은 그런 레이블의 지표를 제공하지 않습니다',
  'flag-store':
    '이 저장소의 클라이언트는 여기에 하나뿐이며, GitLab Runner의 두 클라이언트와 같은 객체를 읽고 씁니다',
  'flag-router': '작업은 HTTP로만 요청합니다',
  'flag-steps': '스크립트는 셸에서 실행됩니다. step runner는 Drydock에 없습니다',
  'flag-suspend': '작업의 환경은 작업과 함께 끝나며, 일시 중단할 수 없습니다',
  'cache-policy': '{key}의 캐시 정책 {policy}을(를) 알 수 없습니다. pull-push, pull, push 중 하나를 쓰세요',
  'submodule-strategy':
    'GIT_SUBMODULE_STRATEGY의 값을 알 수 없습니다. none, normal, recursive 중 하나를 쓰세요',
  'submodule-paths': 'GIT_SUBMODULE_PATHS: 서브모듈 경로 지정 [{paths}]이(가) 올바르지 않습니다',
  'inputs-failed': '작업 입력을 넣을 수 없습니다: {~why}',
  'input-cannot': '{expression}을(를) 계산할 수 없습니다: {~why}',
  'input-no-end': '끝이 없습니다',
  'input-access': '여기에는 job.inputs.NAME만 쓸 수 있습니다',
  'input-none': '작업에 입력 {name}이(가) 없습니다',
  'input-sensitive': '입력 {name}은(는) 민감한 값입니다',
  'script-timeout': '스크립트 시간 초과: RUNNER_SCRIPT_TIMEOUT을 넘었습니다',
  'after-script-timeout': 'after_script 시간 초과: RUNNER_AFTER_SCRIPT_TIMEOUT을 넘었습니다',
  'stage-timeout': '{~stage}: {time}을(를) 넘었습니다',
  'stage-prepare': '준비 시간 초과',
  'stage-sources': '소스 가져오기 시간 초과',
  'image-vanished': '이미지 {image}을(를) 받았지만 Docker 엔진에 없습니다',
  'pull-limited':
    '레지스트리가 이 주소나 계정의 받기 횟수를 제한합니다. “docker login”이나 DOCKER_AUTH_CONFIG로 로그인하거나, 가져오기 정책 if-not-present를 허용하거나, 엔진 daemon.json의 registry-mirrors에 미러를 적으세요',
  'pull-limited-local':
    '레지스트리가 받기 횟수를 제한하여 엔진에 있는 {image}을(를) 씁니다. 더 오래된 것일 수 있습니다. [runners.docker]의 pull_policy = "always"로 막을 수 있습니다',
  'image-of-others':
    '{image}은(는) 레지스트리가 자격 증명을 받아들인 다른 프로젝트를 위해 엔진에 있으므로, 이 프로젝트도 써도 되는지 레지스트리에 묻습니다',
  'platform-form':
    'image:docker:platform: "{written}"은(는) 플랫폼이 아닙니다. linux/arm64, arm64 또는 linux/arm/v7처럼 쓰세요',
  'platform-not-linux': '{system} 컨테이너는 없으므로 {taken}을(를) 씁니다',
  'hub-limit': 'Docker Hub: {~whose}의 {hours}시간당 받기 {limit}회 중 {remaining}회가 남았습니다',
  'hub-address': '이 주소',
  'hub-account': '이 계정',
  'pull-missed': '조금 전에 받을 수 없었습니다',
  'helper-replaced':
    '헬퍼 이미지 {image}을(를) 받을 수 없습니다({~why}). 작업의 이미지에 git이 있어 대신 씁니다. 다른 이미지를 쓰려면 [runners.docker]의 helper_image를 설정하세요',
  'container-taken': '{~doing}할 수 없습니다: 다른 누군가가 컨테이너를 지웠습니다',
  'docker-cannot-because': '{~doing}할 수 없습니다. {~why}',
  'docker-cannot': '{~doing}할 수 없습니다: {~why}',
  'doing-prepare': '작업을 준비',
  'doing-volumes': '볼륨이 있는 컨테이너를 생성',
  'doing-helper-run': '헬퍼 컨테이너에서 {command}을(를) 실행',
  'doing-create': '{purpose} 컨테이너를 생성',
  'doing-build': '빌드 컨테이너를 시작',
  'doing-service': '서비스 {service}을(를) 시작',
  'doing-helper': '헬퍼 컨테이너를 시작',
  'doing-layer': '{folder} 위에 전용 레이어를 생성',
  'doing-stage': '단계 {stage}을(를) 실행',
  'docker-stopped': 'Docker 엔진이 응답하지 않게 되었습니다',
  'docker-start-again': 'Docker를 다시 시작하세요',
  'job-not-begun': '작업을 시작할 수 없습니다: {~why}',
  'service-unnamed': '서비스 “{name}”을(를) 뺐습니다. 이미지 이름을 읽을 수 없습니다',
  'service-alias-taken':
    '{name}의 서비스 이름 “{alias}”을(를) 앞의 서비스가 쓰고 있습니다. 이 서비스에 별칭을 따로 지정하세요',
  'credentials-ignored': '{source}의 자격 증명을 무시합니다: {~why}',
  'not-json': 'JSON이 아닙니다',
  'image-other-cpu':
    '이미지 {image}은(는) {made}용이고 엔진은 {engine}에서 실행됩니다. 에뮬레이션이 없으면 프로그램이 시작되지 않습니다. 다른 태그를 고르거나 image:docker:platform을 설정하세요',
  'log-gone': '로그 {file}이(가) 없습니다. 공간을 확보하려고 지워졌을 수 있습니다',
  'log-damaged': '로그 {file}이(가) 손상되었습니다',
  'dns-form': 'dns: "{text}"은(는) IP 주소가 아닙니다',
  'log-options-allowed': 'log_options: env와 labels만 쓸 수 있으며 {names}은(는) 쓸 수 없습니다',
  'volume-spec': '볼륨의 형식이 올바르지 않습니다: "{entry}": {~advice}',
  'volume-no-layer':
    '볼륨 "{entry}"에 비공개 계층을 얹을 수 없습니다. 엔진은 경로에 ","나 "\\"가 있는 폴더 위에 아무것도 얹을 수 없습니다. {folder}의 이름을 바꾸세요',
  'builds-root': 'builds_dir은 "/"일 수 없습니다. /builds 같은 폴더를 고르세요',
  'volume-over-root': '볼륨 "{entry}"이(가) 컨테이너의 루트 폴더 위에 마운트됩니다',
  'volume-defined': '컨테이너 경로 "{folder}"의 볼륨이 이미 정의되어 있습니다. 두 항목 중 하나를 지우세요',
  'cache-dir-absolute':
    '[runners.docker]의 cache_dir = "{folder}"은(는) 엔진이 있는 컴퓨터의 절대 경로여야 합니다',
  'image-name': '{name}은(는) 이미지 이름이 아닙니다. 이름을 소문자로 하여 registry/name:tag처럼 쓰세요',
  'pull-policy-forbidden':
    '{source}에 정의된 pull_policy([{asked}])가 allowed_pull_policies([{allowed}])에 없습니다',
  'pull-policy-unknown': '{key}: "{word}"은(는) 가져오기 정책이 아닙니다. 쓸 수 있는 것: {known}',
  'payload-run': '이 러너는 네이티브 스텝(`run:`)을 실행하지 않습니다. `script:`를 쓰세요',
  'payload-run-script': '`run`과 `script`는 함께 쓸 수 없습니다',
  'payload-run-steps': '`run`과 변수 STEPS는 함께 쓸 수 없습니다',
  'payload-secrets': '이 러너는 외부 저장소에서 비밀을 가져오지 않습니다(`secrets:` {names})',
  'payload-variable':
    '변수 {key}은(는) {bytes}바이트입니다. 128 KiB가 넘는 변수로는 프로그램을 시작할 수 없으니 파일 유형 변수로 바꾸세요',
  'payload-option': '{field}은(는) 알려진 옵션이 아닙니다. 쓸 수 있는 것: {known}',
  'payload-map': '{field}은(는) 옵션의 맵이어야 합니다',
  'payload-user': '{field}은(는) 이름이나 숫자여야 합니다',
  'payload-text': '{field}은(는) 텍스트여야 합니다',
}
