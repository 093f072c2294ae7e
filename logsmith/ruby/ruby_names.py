"""The names of Ruby's methods, with those of its standard library.

A method that Ruby has and this room has not is refused when the program is compiled. A name that Ruby does not know either
fails where it is reached, as it does there.
"""

_NAMES = """
    abort abort_on_exception abs abs2 absolute absolute? absolute_path absolute_path? accept accept_charset accept_encoding
    accept_language acos acosh add add? add_converter add_insert_cmd add_put_cmd add_row add_trace_func advise ajd
    alias_method aliases alive? all? all_symbols allbits? allocate allow_reentry alphanumeric amjd ancestors and! angle any?
    anybits? append append_as_bytes append_features arg args argv0 arity ascii_compatible? ascii_only? asciicompat_encoding
    asctime asin asinh assoc at at_exit atan atan2 atanh atime attached_object attr attr_accessor attr_reader attr_writer
    attributes auth_type authority auto_compact autoclose? autoload autoload? b backtrace backtrace_locations base64
    base64digest base64digest! base_label basename begin beginning_of_line? between? bind bind_call binding binmode binmode?
    binread binwrite birthtime bit_length blksize block_given? block_length blockdev? blocking blocking? blocks bol? broadcast
    bsearch bsearch_index build build2 by_col by_col! by_col_or_row by_col_or_row! by_row by_row! bytebegin byteend byteindex
    byteoffset byterindex bytes bytesize byteslice bytesplice cache_control call callee_id caller caller_locations capitalize
    capitalize! captures casecmp casecmp? casefold? catch categories cause cbrt ceil ceildiv center chain change_privilege
    chardev? charpos chars chdir check check_password check_until check_user check_userinfo children chmod chomp chomp! chop
    chop! chown chr chroot chunk chunk_while civil clamp class class! class_eval class_exec class_variable_defined?
    class_variable_get class_variable_set class_variables classify clear clock_getres clock_gettime clone clone! close
    close_on_exec? close_read close_write closed? closed_read? closed_write? codepoints coerce col_sep collect collect!
    collect_concat column_separator combination commercial compact compact! compare_by_identity compare_by_identity?
    compatible? compile compile_content compile_etag compile_stag component component_ary concat config conj conjugate
    const_added const_defined? const_get const_missing const_set const_source_location constants content_length content_type
    convert converters convpath cookies copy copy_stream coredump? cos cosh count count_objects cover? cr create_body crypt
    cstime ctime current current_scheduler curry cutime cwday cweek cwyear cycle d daemon day day_fraction debug decode64
    decode_uri_component decode_www_form decode_www_form_component decoded_password decoded_user deconstruct deconstruct_keys
    dedup def_class def_delegator def_delegators def_erb_method def_instance_delegator def_instance_delegators def_method
    def_module def_single_delegator def_single_delegators default default_external default_internal default_port default_proc
    define define_finalizer define_method define_singleton_method define_singleton_method! defined_class deflate delegate
    delete delete! delete? delete_at delete_field delete_field! delete_if delete_prefix delete_prefix! delete_suffix
    delete_suffix! denominator deprecate_constant deq destination_encoding destination_encoding_name detach detailed_message
    detect dev dev_major dev_minor difference dig dig! digest digest! digest_length digits directory? dirname disable
    disjoint? display display! div divide divmod dn domain downcase downcase! downto drop drop_while dst? dummy? dump dup dup!
    each each_byte each_caller_location each_char each_child each_codepoint each_cons each_entry each_grapheme_cluster
    each_index each_key each_line each_object each_pair each_pair! each_slice each_value each_with_index each_with_object
    eager egid eid empty? enable enabled? enclose enclosed? encode encode! encode64 encode_uri_component encode_with
    encode_with! encode_www_form encode_www_form_component encoding end end_with? england enq entries enum_for enum_for! eof
    eof? eos? eql? equal? erf erfc errno error_bytes error_char escape escapeElement escapeHTML escapeURIComponent
    escape_element escape_html escape_uri_component etags euid eval eval_script even? event except exception exclude_end? exec
    executable? executable_real? exist? exit exit! exit_value exited? exitstatus exp expand expand_path expires
    explicit_trim_line extend extend! extend_object extended extensions external? external_encoding extname extract fail
    fchdir fcntl fdatasync fdiv feed fetch fetch_values field field? field_row? field_size_limit fields file file? filename
    fileno files fill filter filter! filter_map filter_matched find find_all find_index find_proxy finish finite? fire_update!
    first fixed_anchor? fixed_encoding? flat_map flatten flatten! flatten_merge flock floor flush fnmatch fnmatch? for for_fd
    force force_encoding force_quotes? foreach fork format fragment free freeze freeze! frexp friday? from from_name frozen?
    fsync ftype full_message gamma garbage_collect gateway_interface gcd gcdlcm gem gem_original_require gen_random generate
    generate_line generate_lines get_byte get_encoding get_string get_value get_values getaddress getaddresses getbyte getc
    getch getegid geteuid getgid getgm gethostname getkey getlocal getpgid getpgrp getpriority getrlimit gets getsid getuid
    getutc getwd gid glob global_variables gm gmt? gmt_offset gmtime gmtoff grant_privilege grapheme_clusters gregorian
    gregorian? gregorian_leap? grep grep_v group group_by groups grpowned? gsub gsub! gunzip gzip h handle_interrupt has_key?
    has_value? hash hash! header header? header_convert header_converters header_row? headers hex hexdigest hexdigest! hexdump
    hexencode hierarchical? home host hostname hour html_escape http_header httpdate httponly hypot i id2name identical?
    ignore_deadlock imag imaginary include include? included included_modules incomplete_input? index infinite? inflate
    init_with init_with! initgroups initialize initialize_clone initialize_copy initialize_dup inject ino insert insert_cmd
    insert_output inspect inspect! instance instance_delegate instance_eval instance_eval! instance_exec instance_exec!
    instance_method instance_methods instance_of? instance_variable_defined? instance_variable_get instance_variable_get!
    instance_variable_set instance_variable_set! instance_variables instance_variables! instruction_sequence integer? intern
    internal? internal_encoding intersect? intersection invert ioctl irb is_a? is_erb_stag? isatty isdst iso8601 issetugid
    italy iterator? itself itself! j java_alias java_class java_method java_object java_send jd jisx0301 jj join
    json_creatable? julian julian? julian_leap? keep_back keep_drop keep_end keep_if keep_start key key? keys keyword_init?
    kill kind_of? label lambda lambda? last last_error last_match last_status latest_compact_info latest_gc_info lazy lchmod
    lchown lcm ld ldexp leap? length lgamma liberal_parsing? limit line line_number linear_time? lineno lines link list ljust
    load local local_variable_defined? local_variable_get local_variable_set local_variables locale_charmap localtime lock
    locked locked? log log10 log2 loop lstat lstrip lstrip! lutime magnitude main make_compiler make_components_hash
    make_regexp make_scanner map map! mapped? marshal_dump marshal_dump! marshal_load match match? match_length matched
    matched? matched_size matchee max max_by max_field_size maxgroups mday measure_total_time member? members merge merge!
    message method method! method_added method_defined? method_id method_missing method_removed method_undefined methods
    methods! min min_by minmax minmax_by minute mjd mkdir mkfifo mktime mode module_eval module_exec module_function modulo
    mon monday? month mtime multipart? must_C_version name name_list named_captures names nan? native_thread_id negative?
    negotiate nesting new new2 new_offset new_seed new_start next next! next_day next_float next_month next_values next_year
    nil? nlink nobits? none? nonzero? normalize normalize! not! now nph? nsec null? num_waiting numerator object_id object_id!
    oct odd? offset one? opaque open options or! ord ordinal origin original_name out overlap? owned? owner p pack parameters
    params parse parse_csv parse_line parser partition pass password path path_info path_translated pattern peek peek_byte
    peek_values peep pending_interrupt? percent percent_line permutation phase pid pipe pipe? plugin_id pointer polar pop
    popen port pos positive? post_cmd post_match pow pp ppid pragma pre_cmd pre_match pread pred prepare_trim_mode prepend
    prepend_features prepended pretty pretty_print pretty_print_cycle prev_day prev_float prev_month prev_year
    primitive_convert primitive_errinfo print printf priority private private? private_call? private_class_method
    private_constant private_instance_methods private_method_defined? private_methods private_methods! proc produce product
    proper_subset? proper_superset? protected protected_instance_methods protected_method_defined? protected_methods
    protected_methods! public public_class_method public_constant public_instance_method public_instance_methods public_method
    public_method! public_method_defined? public_methods public_methods! public_send public_send! push put_cmd putback putc
    puts pwd pwrite query query_string quo quote quote_char quote_character quoted? raise raised_exception rand random_bytes
    random_number rassoc rationalize raw_cookie raw_cookie2 raw_data rdev rdev_major rdev_minor re_exchange re_exchangeable?
    read read_nonblock readable? readable_real? readagain_bytes readbyte readchar readline readlines readlink readonly?
    readpartial real real? realdirpath realpath reason receiver rect rectangular reduce referer refine refinements regexp
    regist_scanner register_scanner register_scheme registry rehash reject reject! relative? remainder remote_addr remote_host
    remote_ident remote_user remove_class_variable remove_const remove_instance_variable remove_instance_variable!
    remove_method rename reopen repeated_combination repeated_permutation replace replacement report report_on_exception
    request_method request_uri require require_relative reset resize respond_to? respond_to_missing? rest rest? rest_size
    restore restsize result result_with_hash resume return_headers? return_value reverse reverse! reverse_each rewind
    rfc1123_date rfc2822 rfc3339 rfc822 rid rindex rjust rmdir rotate rotate! round route_from route_to row row_sep
    row_separator rpartition rstrip rstrip! ruby ruby2_keywords ruby2_keywords_hash ruby2_keywords_hash? run sample saturday?
    scan scan_all scan_byte scan_full scan_integer scan_line scan_until schedule scheduler scheme scheme_list scope script
    script_name scrub scrub! search_convpath search_full sec sec_fraction second second_fraction secure seed seek select
    select! self send send! server_name server_port server_protocol server_software set_attributes set_backtrace set_dn
    set_encoding set_encoding_by_bom set_eoutvar set_extensions set_filter set_headers set_host set_opaque set_password
    set_path set_port set_registry set_scheduler set_scheme set_scope set_string set_temporary_name set_to set_trace_func
    set_typecode set_user set_userinfo set_value set_values setbyte setegid seteuid setgid setgid? setpgid setpgrp setpriority
    setproctitle setregid setresgid setresuid setreuid setrgid setrlimit setruid setsid setuid setuid? shared? shift shuffle
    shuffle! sid_available? signal signaled? signame signm signo sin single_delegate singleton_class singleton_class!
    singleton_class? singleton_method singleton_method! singleton_method_added singleton_method_removed
    singleton_method_undefined singleton_methods singleton_methods! sinh size size? size_of skip skip_blanks? skip_lines
    skip_until sleep slice slice! slice_after slice_before slice_when socket? sort sort! sort_by sort_by! source
    source_encoding source_encoding_name source_location spawn split sprintf sqrt squeeze squeeze! srand src stag stags start
    start_with? stat stat_heap status step sticky? stime stop stop? stopped? stopsig storage store stress strftime
    strict_decode64 strict_encode64 string strip strip! strptime sub sub! subclasses subsec subset? subtract succ succ!
    success? sum sunday? super_method superclass superset? swapcase swapcase! switch symlink symlink? sync synchronize syscall
    sysopen sysread sysseek system syswrite table table! tag take take_while tally tan tanh tap tap! target tell terminate
    termsig test then then! thread_variable? thread_variable_get thread_variable_set thread_variables throw thursday? timeout
    times to to_a to_ary to_c to_csv to_d to_date to_datetime to_enum to_enum! to_f to_h to_h! to_hash to_i to_int to_io
    to_java to_json! to_mailtext to_path to_proc to_r to_rfc822text to_s to_s! to_set to_str to_sym to_time to_tty? today
    total_time tr tr! tr_s tr_s! trace trace_var transfer transform_keys transform_keys! transform_values transform_values!
    transpose trap trim_line1 trim_line2 trim_mode truncate try_convert try_lock tty? tuesday? tv_nsec tv_sec tv_usec typecode
    u uid umask unbind unconverted_fields? undef_method undefine_finalizer undefined_instance_methods undump unescape
    unescapeElement unescapeHTML unescapeURIComponent unescape_element unescape_filename? unescape_html unescape_uri_component
    ungetbyte ungetc unicode_normalize unicode_normalize! unicode_normalized? union uniq uniq! unlink unlock unpack unpack1
    unscan unshift untrace_var upcase upcase! update upto urandom url_encode urlsafe_base64 urlsafe_decode64 urlsafe_encode64
    use_headers? use_proxy? use_registry usec used_modules used_refinements user user_agent userinfo using utc utc? utc_offset
    utime uuid uuid_v4 uuid_v7 valid? valid_civil? valid_commercial? valid_date? valid_encoding? valid_jd? valid_ordinal?
    value value? values values_at verify_compaction_references verify_internal_consistency version wait wait2 wait_priority
    wait_readable wait_writable waitall waitpid waitpid2 wakeup warmup warn wday wednesday? with with_index with_object
    world_readable? world_writable? writable? writable_real? write write_headers? write_nonblock xmlschema xor! yday year
    yield yield_self yield_self! zero? zip zone zone_offset
"""
RUBY_METHODS = frozenset(_NAMES.split())
_FUNCTIONS = """
    Rational Complex autoload caller caller_locations fork gets global_variables local_variables instance_variables
    instance_variable_get instance_variable_set instance_variable_defined? putc readline readlines select set_trace_func
    srand syscall test trace_var untrace_var trap warn yield_self define_singleton_method singleton_class extend include
    prepend attr_reader attr_writer attr_accessor private_constant module_function public_send instance_exec methods
"""
KERNEL = frozenset(_FUNCTIONS.split())  # of them, what is called without a receiver

_CONSTANTS = """
    ARGF ARGV Abbrev Base64 Benchmark Binding CGI CSV Class Comparable Complex ConditionVariable Coverage Data Date DateTime
    Delegator Digest Dir ENV ERB Errno Etc Fiber File FileTest FileUtils Find Forwardable GC Gem IO IPAddr IPSocket JSON
    Logger Marshal Matrix Method Module Monitor MonitorMixin Mutex ObjectSpace Observable Open3 OpenSSL OpenStruct OpenURI
    OptParse OptionParser PP PStore Pathname PrettyPrint Prime Proc Process Psych Queue REXML RSS Ractor Random Rational
    RbConfig Refinement Ripper RubyVM STDERR STDIN STDOUT SecureRandom Shellwords Signal SimpleDelegator SingleForwardable
    Singleton SizedQueue SortedSet StringIO StringScanner Struct TCPServer TCPSocket TOPLEVEL_BINDING TSort Tempfile Thread
    ThreadGroup Timeout TracePoint UDPSocket URI UnboundMethod UnicodeNormalize Vector Warning WeakRef YAML Zlib
    RUBY_COPYRIGHT RUBY_DESCRIPTION RUBY_PATCHLEVEL RUBY_RELEASE_DATE RUBY_REVISION
    Java JRuby JavaUtilities LogStash LogStashException Concurrent Nokogiri XmlSimple Manticore Faraday Sequel Elasticsearch
    MurmurHash3 I18n Rufus Stud Insist Sinatra Rack Puma Bundler Addressable Mustermann Jls Grok MinitarTar PublicSuffix
    Fugit EtOrbi HTTP Net Resolv Socket Aws TZInfo
"""
RUBY_CONSTANTS = frozenset(_CONSTANTS.split())  # that Ruby, its libraries or those of Logstash have
