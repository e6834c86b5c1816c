# bash completion of check_coze_copy. Written by contrib/completion/generate from its --help. Do not edit.

# Prints what may stand where a value of the option in $1 has begun with $2.
_check_coze_copy_values() {
	local value=$2 head='' words=''
	case $1 in
	--tasks-file | --token-file | --oauth-key-file | --ca-file | --client-cert | --client-key)
		compgen -f -- "$value"
		return
		;;
	-w | --warning | -c | --critical)
		words='age= stalled= failed= unfinished= time= token='
		;;
	--map)
		[[ $value == *,* ]] && head=${value%,*},
		value=${value##*,}
		if [[ $value == *=* ]]; then
			head=$head${value%%=*}= value=${value#*=}
			words='ok warning critical unknown'
		else
			words='waiting= running= retrying= succeeded= partial= failed= missing= denied= throttled= unreachable= timeout= invalid= empty='
		fi
		;;
	--state-dir | --ca-path)
		compgen -d -- "$value"
		return
		;;
	-t | --timeout)
		[[ $value == *:* ]] || return
		head=${value%%:*}: value=${value#*:}
		words='ok warning critical unknown'
		;;
	--tls-min)
		words='1.2 1.3'
		;;
	-o | --output)
		words='nagios json checkmk openmetrics'
		;;
	--extra-opts)
		[[ $value == *@* ]] || return
		compgen -P "${value%%@*}@" -f -- "${value#*@}"
		return
		;;
	*) return ;;
	esac
	compgen -P "$head" -W "$words" -- "$value"
}

_check_coze_copy() {
	local line=${COMP_LINE:0:COMP_POINT} long short word before breaks option='' value='' head=''
	long=' --task= --tasks-file= --url= --allow-http --token-file= --oauth-app-id= --oauth-key-id= --oauth-key-file= --warning= --critical= --map= --since= --remember --state-dir= --timeout= --retries= --parallel= --rate= --proxy= --no-proxy= --ca-file= --ca-path= --client-cert= --client-key= --tls-min= --ipv4 --ipv6 --output= --extra-opts --verbose --version --help '
	short=' -T= -u= -w= -c= -t= -j= -4 -6 -o= -v -V -h '
	word=${line##*[[:space:]]}
	before=${line%"$word"}
	before=${before%"${before##*[![:space:]]}"}
	before=${before##*[[:space:]]}
	COMPREPLY=()
	# Which option's value is it? That of "--name=VALUE", "-nVALUE", "--name VALUE" or "-n VALUE".
	if [[ $word == --*=* ]]; then
		option=${word%%=*} value=${word#*=} head=${word%%=*}=
	elif [[ $before == -? && $short == *" $before= "* ]] || [[ $before == --* && $long == *" $before= "* ]]; then
		option=$before value=$word
	elif [[ $word == -[!-]?* && $short == *" ${word:0:2}= "* ]]; then
		option=${word:0:2} value=${word:2} head=$option
	else
		mapfile -t COMPREPLY < <(compgen -W "$long ${short//=/}" -- "$word")
	fi
	if [[ $option ]]; then
		mapfile -t COMPREPLY < <(_check_coze_copy_values "$option" "$value")
		COMPREPLY=("${COMPREPLY[@]/#/"$head"}")
	fi
	# Readline replaces only what follows the last "=" or ":", where these part words for it.
	breaks=${COMP_WORDBREAKS//[^=:]/}
	if [[ $breaks && $word == *["$breaks"]* ]]; then
		COMPREPLY=("${COMPREPLY[@]#"${word%"${word##*["$breaks"]}"}"}")
	fi
	if [[ ${#COMPREPLY[@]} -eq 1 && ${COMPREPLY[0]} == *= ]]; then
		compopt -o nospace 2>/dev/null
	fi
	case $option in
	--tasks-file | --token-file | --oauth-key-file | --state-dir | --ca-file | --ca-path | --client-cert | --client-key) compopt -o filenames 2>/dev/null ;;
	esac
}

complete -F _check_coze_copy check_coze_copy
