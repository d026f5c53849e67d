import type { Failures } from './en.ts'

export const failures: Failures = {
  title: '이 오류의 의미',
  showLine: '해당 줄 보기',
  unknown: {
    program: '이 프로그램',
    library: '라이브러리',
    version: '더 새로운 버전',
    loader: '필요한 로더',
    symbol: '함수',
    folder: '이 폴더',
    path: '이 파일',
    host: '호스트',
    image: '이 이미지',
    platform: '이 CPU',
    address: '서버',
  },
  kinds: {
    'no-space': {
      cause: 'Docker 엔진의 디스크 또는 작업의 제한된 폴더가 가득 찼습니다.',
      remedy: '더 이상 필요 없는 이미지, 볼륨, 캐시를 제거한 뒤 작업을 다시 실행하세요.',
    },
    'foreign-loader': {
      cause: '다른 CPU용으로 빌드된 프로그램입니다. 에뮬레이션되지만 이미지에 {loader} 파일이 없습니다.',
      remedy: '프로그램의 CPU에 맞는 이미지를 쓰거나 이 CPU용 빌드를 사용하세요.',
    },
    'glibc-under-musl': {
      cause: '{program}: glibc용으로 빌드되었지만 이 이미지는 musl을 사용하여 {symbol} 심볼이 없습니다.',
      remedy: 'debian:12-slim처럼 glibc가 있는 이미지나 정적 링크된 빌드를 사용하세요.',
    },
    'glibc-too-old': {
      cause: '{program}: 이 이미지의 glibc보다 새로운 {version} 버전이 필요합니다.',
      remedy: '더 새로운 이미지를 쓰거나 이전 시스템용 빌드를 사용하세요.',
    },
    'libstdcxx-too-old': {
      cause: '{program}: 이 이미지의 libstdc++에 없는 {version} 버전이 필요합니다.',
      remedy: '더 새로운 이미지를 쓰거나 이미지에 새 libstdc++를 설치하세요.',
    },
    'private-libc': {
      cause: '이미지의 프로그램이 자신의 C 라이브러리 대신 툴체인의 {program} 파일을 불러옵니다.',
      remedy: 'LD_LIBRARY_PATH에서 툴체인의 C 라이브러리를 빼세요. 툴체인의 프로그램은 없어도 찾습니다.',
    },
    'library-missing': {
      cause: '{program}: 이 이미지에 없는 {library} 라이브러리가 필요합니다.',
      remedy: '이 라이브러리가 든 패키지를 이미지에 설치하거나 해당 폴더를 LD_LIBRARY_PATH에 추가하세요.',
    },
    'kernel-too-old': {
      cause: '이미지의 C 라이브러리가 Docker 엔진의 Linux 커널보다 새로운 커널을 요구합니다.',
      remedy: '더 오래된 이미지를 쓰거나 Docker 엔진의 컴퓨터를 업데이트하세요.',
    },
    'cpu-too-old': {
      cause: '이 컴퓨터보다 새로운 CPU용으로 빌드된 이미지입니다.',
      remedy: 'Debian처럼 이전 CPU용으로 빌드된 이미지를 사용하세요.',
    },
    'other-cpu': {
      cause: '{program}: 다른 CPU용으로 빌드되었거나 프로그램이 아닙니다.',
      remedy: '이 CPU용 빌드를 쓰거나 Docker 엔진의 컴퓨터에 binfmt로 에뮬레이션을 설정하세요.',
    },
    'loader-missing': {
      cause: '{program}: 파일은 있지만 필요한 로더나 인터프리터가 이 이미지에 없습니다.',
      remedy:
        'glibc 프로그램에는 debian:12-slim처럼 glibc가 있는 이미지가, 32비트 프로그램에는 32비트 라이브러리가, 스크립트에는 그 셸이 필요합니다.',
    },
    'program-or-loader-missing': {
      cause: '{program}: 파일이 없거나 필요한 로더가 이 이미지에 없습니다. 셸은 두 경우를 같게 말합니다.',
      remedy:
        '폴더가 마운트되었는지 확인하세요. 마운트되었다면 glibc 툴체인에는 debian:12-slim처럼 glibc가 있는 이미지를 사용하세요.',
    },
    'program-missing': {
      cause: '{program}: PATH의 어느 폴더에도 없습니다.',
      remedy: '툴체인을 마운트하고 bin 폴더를 PATH에 추가하거나 이미지에 설치하세요.',
    },
    'not-executable': {
      cause: '{program}: 작업의 사용자가 실행할 수 없습니다.',
      remedy: 'chmod +x를 적용해 커밋하거나 폴더 권한과 noexec 옵션을 확인하세요.',
    },
    'tls-not-trusted': {
      cause: '서버의 인증서가 여기서 알 수 없는 기관에서 서명되었습니다.',
      remedy: '러너의 tls-ca-file을 해당 기관의 인증서로 설정하거나 이미지에 추가하세요.',
    },
    'dubious-ownership': {
      cause: '{folder} 폴더가 작업을 실행하는 사용자의 것이 아니어서 Git이 거부합니다.',
      remedy: '소유자로 작업을 실행하거나 폴더를 Git의 safe.directory에 추가하세요.',
    },
    'sources-refused': {
      cause: '{address} 서버가 소스용 자격 증명을 받아들이지 않았습니다.',
      remedy: '이 프로젝트가 다른 프로젝트를 읽을 수 있는지 확인하세요: 설정 > CI/CD > 작업 토큰 권한.',
    },
    'host-not-found': {
      cause: '컨테이너 안에서 {host} 이름을 찾을 수 없습니다.',
      remedy: '이름과 Docker 엔진의 DNS를 확인하세요. 러너의 dns와 extra_hosts가 도움이 됩니다.',
    },
    'registry-not-found': {
      cause: 'Docker 엔진이 레지스트리 이름 {host}을(를) 찾지 못합니다.',
      remedy: '이미지 이름과 Docker 엔진의 DNS, 프록시, 네트워크를 확인하세요.',
    },
    'registry-denied': {
      cause: '현재 자격 증명으로는 레지스트리에서 {image} 이미지를 받을 수 없습니다.',
      remedy: '이름을 확인한 뒤 DOCKER_AUTH_CONFIG 또는 docker login을 확인하세요.',
    },
    'image-missing': {
      cause: '레지스트리에 {image} 이미지가 없습니다.',
      remedy: '이름과 태그를 확인하세요.',
    },
    'image-other-cpu': {
      cause: '{platform} 플랫폼용 이미지가 아닙니다.',
      remedy: '맞는 태그를 고르거나 image:docker:platform과 에뮬레이션을 설정하세요.',
    },
    'pull-limit': {
      cause: '레지스트리가 지금은 이미지를 더 내주지 않습니다.',
      remedy:
        'docker login으로 로그인하거나 pull_policy if-not-present로 이미지를 유지하거나 미러를 사용하세요.',
    },
    'folder-missing': {
      cause: '마운트할 {folder} 폴더가 Docker 엔진의 컴퓨터에 없습니다.',
      remedy: '그곳에 만들거나 러너의 volumes를 고치세요.',
    },
    'read-only': {
      cause: '스크립트가 읽기 전용으로 마운트된 {path} 경로에 씁니다.',
      remedy: '대신 프로젝트 폴더나 /tmp에 쓰세요. 툴체인은 그대로 유지됩니다.',
    },
    'docker-in-docker': {
      cause: '스크립트가 {address} 주소의 Docker 엔진에 연결하지만 응답이 없습니다.',
      remedy:
        'docker:dind 서비스를 시작하고 DOCKER_HOST를 설정하거나, 작업을 신뢰한다면 엔진의 소켓을 마운트하세요.',
    },
    'port-in-use': {
      cause: '스크립트가 여는 포트를 이미 다른 것이 사용 중입니다.',
      remedy: '다른 포트를 고르거나 앞선 명령이 시작한 것을 멈추세요.',
    },
    'out-of-memory': {
      cause: '메모리가 부족했습니다.',
      remedy: 'make -j2처럼 동시에 실행하는 수를 줄이거나 러너의 memory를 늘리세요.',
    },
    killed: {
      cause: '스크립트가 강제 종료되었습니다. 대개 메모리 부족 때문입니다.',
      remedy: 'make -j2처럼 동시에 실행하는 수를 줄이거나 러너의 memory를 늘리세요.',
    },
    crashed: {
      cause: '프로그램이 자신의 것이 아닌 메모리에 접근했습니다. 섞인 C 라이브러리도 원인이 됩니다.',
      remedy: 'LD_LIBRARY_PATH와 LD_PRELOAD에 이미지의 것이 아닌 라이브러리가 있는지 확인하세요.',
    },
    timeout: {
      cause: '작업이 허용된 시간보다 오래 걸렸습니다.',
      remedy: '작업이나 프로젝트의 timeout 또는 GitLab에서 러너의 최대 시간 초과를 늘리세요.',
    },
    stopped: {
      cause: '작업이 실행되는 동안 Drydock이 중지되었습니다.',
      remedy: '작업을 다시 실행하세요. "작업을 마친 뒤 중지"는 실행 중인 작업을 기다립니다.',
    },
  },
}
