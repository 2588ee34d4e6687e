# SPDX-License-Identifier: MIT
# Programs that put a recorded process in danger, one for each danger; built once, as released
# programs are.
set(folder ${CMAKE_CURRENT_BINARY_DIR}/o2)

function(tm_hazard_properties name target)
    set_target_properties(${target} PROPERTIES OUTPUT_NAME ${name} C_STANDARD 17 CXX_STANDARD 20
        RUNTIME_OUTPUT_DIRECTORY ${folder} LIBRARY_OUTPUT_DIRECTORY ${folder})
    target_compile_options(${target} PRIVATE -w -g -O2 -UNDEBUG)
endfunction()

# tm_hazard(SOURCE [LIBRARY...]): a program.
function(tm_hazard source)
    cmake_path(GET source STEM name)
    add_executable(hazard.${name} targets/${source})
    tm_hazard_properties(${name} hazard.${name})
    target_link_libraries(hazard.${name} PRIVATE ${ARGN} pthread dl)
endfunction()

# tm_hazard_library(SOURCE): what a program loads, links or has preloaded.
function(tm_hazard_library source)
    cmake_path(GET source STEM name)
    add_library(hazard.${name} SHARED targets/${source})
    tm_hazard_properties(${name} hazard.${name})
    target_link_libraries(hazard.${name} PRIVATE pthread)
endfunction()

foreach(source own_preload.c early_handlers.c meddling_allocator.c constructor_thread.cpp
        constructor_exit.c own_new_plugin.cpp)
    tm_hazard_library(${source})
endforeach()
foreach(source fork_storm.c raw_clone.c double_fork_daemon.c exec_environment.c exit_in_handler.c
        two_exits.c signal_storm.c signal_receivers.c usr1_between_processes.c
        signal_while_throwing.cpp interrupted_malloc.c plugin_host.c ifunc.c thread_crowd.c
        cancelled_threads.c new_namespace.c other_allocator.c every_new.cpp own_malloc.c
        own_descriptors.c limited.c sandboxed.c reused_addresses.c)
    tm_hazard(${source})
endforeach()
tm_hazard(fork_handlers.c hazard.early_handlers)
tm_hazard(tls_destructors.cpp hazard.early_handlers)
tm_hazard(own_libunwind.cpp unwind)
target_link_options(hazard.own_libunwind PRIVATE -Wl,--no-as-needed)

# Allocators that come with programs, linked as those link them: found by the name of the library
# that a program needs, so that no development package has to be there.
foreach(library libjemalloc.so.2 libtcmalloc_minimal.so.4 libmimalloc.so.2)
    string(REGEX REPLACE "^lib([a-z]*).*" "\\1" allocator ${library})
    find_library(TM_${allocator} NAMES ${library})
    if(TM_${allocator})
        foreach(program other_allocator.c every_new.cpp)
            cmake_path(GET program STEM name)
            add_executable(hazard.${name}_${allocator} targets/${program})
            tm_hazard_properties(${name}_${allocator} hazard.${name}_${allocator})
            target_link_libraries(hazard.${name}_${allocator} PRIVATE
                -Wl,--no-as-needed ${TM_${allocator}} -Wl,--as-needed)
        endforeach()
    endif()
endforeach()
