; What the application wrote for itself. An update uninstalls the version before it, and leaves everything.
!macro customUnInstall
  ${ifNot} ${isUpdated}
    DeleteRegValue HKCU "Software\Microsoft\Windows\CurrentVersion\Run" "app.drydock"
    DeleteRegValue HKCU "Software\Microsoft\Windows\CurrentVersion\Explorer\StartupApproved\Run" "app.drydock"
    DeleteRegKey HKCU "Software\Classes\drydock"
    StrCpy $R0 "Remove the job history, its logs and Drydock's settings as well? The configuration of the runners stays."
    ${if} $LANGUAGE == 2052
      StrCpy $R0 "是否同时移除作业历史、日志和 Drydock 的设置？Runner 的配置会保留。"
    ${elseif} $LANGUAGE == 1042
      StrCpy $R0 "작업 기록, 로그, Drydock 설정도 제거할까요? 러너 구성은 그대로 남습니다."
    ${endIf}
    MessageBox MB_YESNO|MB_ICONQUESTION|MB_DEFBUTTON2 "$R0" /SD IDNO IDNO drydockKeepsData
    RMDir /r "$LOCALAPPDATA\Drydock"
    RMDir /r "$APPDATA\drydock"
    drydockKeepsData:
  ${endIf}
!macroend
