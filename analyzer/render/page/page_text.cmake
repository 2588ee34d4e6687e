# SPDX-License-Identifier: MIT
# The pages are compiled in: tmtool needs no file at run time, and building them needs no tool.
function(tm_join_files variable)
    set(joined "")
    foreach(name ${ARGN})
        set(path ${CMAKE_CURRENT_SOURCE_DIR}/page/${name})
        set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${path})
        file(READ ${path} text)
        string(APPEND joined "${text}")
    endforeach()
    set(${variable} "${joined}" PARENT_SCOPE)
endfunction()

tm_join_files(TM_PAGE_SHELL shell.html)
tm_join_files(TM_PAGE_STYLE page.css)
tm_join_files(TM_PAGE_SHARED numbers.js document.js theme.js header.js)
tm_join_files(TM_PAGE_FLAME_BODY flame.html)
tm_join_files(TM_PAGE_FLAME
    flame_data.js flame_view.js flame_layout.js flame_names.js flame_colours.js flame_canvas.js
    flame_search.js flame_facts.js flame_header.js flame_source.js flame_state.js flame.js flame_input.js)
tm_join_files(TM_PAGE_TIMELINE_BODY timeline.html)
tm_join_files(TM_PAGE_TIMELINE timeline_data.js timeline_canvas.js timeline.js)
configure_file(page/page_text.cpp.in ${CMAKE_CURRENT_BINARY_DIR}/page_text.cpp @ONLY)
