# SPDX-License-Identifier: MIT
# Run by cpack before it makes the package: Debian's zsh looks in a folder of its own, manual pages
# are compressed there, and programs come without debug information. The library keeps its own: the
# command for gdb needs it.
set(tree ${CPACK_TEMPORARY_INSTALL_DIRECTORY}/usr)
file(RENAME ${tree}/share/zsh/site-functions ${tree}/share/zsh/vendor-completions)
file(GLOB pages ${tree}/share/man/man*/*.[17])
foreach(page ${pages})
    execute_process(COMMAND gzip -9n ${page} COMMAND_ERROR_IS_FATAL ANY)
endforeach()
execute_process(COMMAND strip ${tree}/bin/tmtool COMMAND_ERROR_IS_FATAL ANY)
