/// The manual page and the shell completions of a program, made from its commands and flags.
struct ProgramManual {
  let name: String
  let version: String?
  let summary: String
  let commands: [any Command.Type]

  /// Words that are commands of every program.
  static let words = ["help", "completion", "manual"]
  static let shells = ["bash", "zsh", "fish"]

  // MARK: Manual page

  /// The page for `man`, in roff.
  var page: String {
    var lines = [
      ".TH \(name.uppercased()) 1 \"\" \"\(name) \(version ?? "")\"", ".SH NAME",
      "\(name) \\- \(Self.escaped(Self.asPhrase(summary)))", ".SH SYNOPSIS", ".B \(name)",
      ".I COMMAND", "[flags]", ".SH DESCRIPTION",
      "Each flag can also be set in the environment: \\-\\-some\\-flag as DRAGOMAN_SOME_FLAG.",
      "The command line takes precedence.", ".SH COMMANDS",
    ]
    for command in commands {
      lines += [".SS \(name) \(command.name) \(Self.escaped(command.usage))", Self.escaped(command.summary)]
      for flag in command.flags {
        let value = flag.placeholder.map { " \\fI\(Self.escaped($0))\\fR" } ?? ""
        let fallback = flag.defaultText.map { " (default \($0))" } ?? ""
        lines += [".TP", "\\fB\\-\\-\(Self.escaped(flag.name))\\fR\(value)", Self.escaped(flag.help + fallback)]
      }
    }
    lines += [
      ".SS \(name) help \\fICOMMAND\\fR", "Lists the flags of a command.",
      ".SS \(name) completion \\fISHELL\\fR", "Prints completion for bash, zsh or fish.",
      ".SH EXIT STATUS", "0 for success, 1 for a failure, 2 for a command line that cannot be carried out.",
    ]
    return lines.joined(separator: "\n") + "\n"
  }

  /// Text as roff takes it: no line begins with a control character, and hyphens stay hyphens.
  private static func escaped(_ text: String) -> String {
    let escaped = text.replacing("\\", with: "\\e").replacing("-", with: "\\-")
    return escaped.hasPrefix(".") || escaped.hasPrefix("'") ? "\\&" + escaped : escaped
  }

  private static func asPhrase(_ sentence: String) -> String {
    let start = sentence.prefix(1).lowercased() + sentence.dropFirst()
    return start.hasSuffix(".") ? String(start.dropLast()) : start
  }

  // MARK: Completion

  /// - Throws: `UsageError` for another shell.
  func completion(_ shell: String?) throws -> String {
    switch shell {
    case "bash": return bash
    case "zsh": return zsh
    case "fish": return fish
    default:
      throw UsageError(
        "completion: found \(shell ?? "nothing"), expected \(Self.shells.joined(separator: " or "))")
    }
  }

  private var allNames: [String] { commands.map { $0.name } + Self.words }

  /// The words that a flag takes, if they are a few.
  private static func choices(_ flag: any FlagDeclaration) -> [String] {
    guard let placeholder = flag.placeholder, placeholder.contains("|") else { return [] }
    return placeholder.split(separator: "|").map(String.init)
  }

  /// Whether a flag takes the path of a file or folder.
  private static func takesPath(_ flag: any FlagDeclaration) -> Bool {
    ["DIR", "FILE"].contains { flag.placeholder?.hasSuffix($0) == true }
  }

  private var bash: String {
    var cases: [String] = []
    for command in commands {
      let flags = command.flags.map { "--\($0.name)" } + ["--help"]
      cases.append("    \(command.name)) flags=\"\(flags.joined(separator: " "))\" ;;")
    }
    var values: [String] = []
    var seen: Set<String> = []
    for flag in commands.flatMap({ $0.flags }) where seen.insert(flag.name).inserted {
      let choices = Self.choices(flag)
      if !choices.isEmpty {
        values.append(
          "    --\(flag.name)) COMPREPLY=($(compgen -W \"\(choices.joined(separator: " "))\" -- \"$word\")) ;;")
      } else if flag.placeholder != nil, !Self.takesPath(flag) {
        values.append("    --\(flag.name)) ;;")
      } else if flag.placeholder != nil {
        values.append("    --\(flag.name)) COMPREPLY=($(compgen -f -- \"$word\")) ;;")
      }
    }
    return """
      # bash completion for \(name)
      _\(name)() {
        local word=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]} flags=
        COMPREPLY=()
        if [ "$COMP_CWORD" -eq 1 ]; then
          COMPREPLY=($(compgen -W "\(allNames.joined(separator: " ")) --help --version" -- "$word"))
          return
        fi
        case $previous in
          help) COMPREPLY=($(compgen -W "\(commands.map { $0.name }.joined(separator: " "))" -- "$word")) ;;
          completion) COMPREPLY=($(compgen -W "\(Self.shells.joined(separator: " "))" -- "$word")) ;;
      \(values.map { "  " + $0.trimmingPrefix("    ") }.map { "  " + $0 }.joined(separator: "\n"))
          *)
            case ${COMP_WORDS[1]} in
      \(cases.map { "    " + $0 }.joined(separator: "\n"))
            esac
            if [[ $word == -* ]]; then
              COMPREPLY=($(compgen -W "$flags" -- "$word"))
            else
              COMPREPLY=($(compgen -f -- "$word"))
            fi
            ;;
        esac
      }
      complete -o filenames -F _\(name) \(name)

      """
  }

  private var zsh: String {
    var cases: [String] = []
    for command in commands {
      var lines = command.flags.map { flag in
        let stars = flag.isRepeated ? "*" : ""
        let help = Self.zshText(flag.help)
        guard let placeholder = flag.placeholder else { return "\(stars)--\(flag.name)[\(help)]" }
        let choices = Self.choices(flag)
        let action = choices.isEmpty ? Self.takesPath(flag) ? "_files" : " " : "(\(choices.joined(separator: " ")))"
        return "\(stars)--\(flag.name)=[\(help)]:\(Self.zshText(placeholder)):\(action)"
      }
      lines.append("--help[the flags of the command]")
      if !command.operands.isEmpty { lines.append("*:\(Self.zshText(command.operands[0])):_files") }
      let arguments = lines.map { "'\($0)'" }.joined(separator: " \\\n        ")
      cases.append("    \(command.name))\n      _arguments \\\n        \(arguments)\n      ;;")
    }
    let names =
      commands.map { "'\($0.name):\(Self.zshText($0.summary))'" }
      + ["'help:the flags of a command'", "'completion:completion for a shell'", "'manual:the manual page'"]
    return """
      #compdef \(name)
      # zsh completion for \(name)
      _\(name)() {
        if (( CURRENT == 2 )); then
          local -a commands
          commands=(\(names.joined(separator: "\n      ")))
          _describe 'command' commands
          return
        fi
        local command=$words[2]
        shift words
        (( CURRENT-- ))
        case $command in
          help) _values 'command' \(commands.map { $0.name }.joined(separator: " ")) ;;
          completion) _values 'shell' \(Self.shells.joined(separator: " ")) ;;
      \(cases.joined(separator: "\n"))
        esac
      }
      if [ "$funcstack[1]" = "_\(name)" ]; then
        _\(name) "$@"
      else
        compdef _\(name) \(name)
      fi

      """
  }

  /// Text within single quotes and brackets of zsh.
  private static func zshText(_ text: String) -> String {
    text.replacing("'", with: "'\\''").replacing("[", with: "\\[").replacing("]", with: "\\]")
      .replacing(":", with: "\\:")
  }

  private var fish: String {
    var lines = [
      "# fish completion for \(name)",
      "complete -c \(name) -f -n __fish_use_subcommand -l version -d 'Prints the version'",
    ]
    for command in commands {
      lines.append(
        "complete -c \(name) -f -n __fish_use_subcommand -a \(command.name) -d \(Self.fishText(command.summary))")
    }
    for (word, help) in [
      ("help", "Lists the flags of a command"), ("completion", "Prints completion for a shell"),
      ("manual", "Prints the manual page"),
    ] {
      lines.append("complete -c \(name) -f -n __fish_use_subcommand -a \(word) -d '\(help)'")
    }
    let names = commands.map { $0.name }.joined(separator: " ")
    lines.append("complete -c \(name) -f -n '__fish_seen_subcommand_from help' -a '\(names)'")
    lines.append(
      "complete -c \(name) -f -n '__fish_seen_subcommand_from completion' -a '\(Self.shells.joined(separator: " "))'")
    for command in commands {
      for flag in command.flags {
        let choices = Self.choices(flag)
        let value =
          flag.placeholder == nil
          ? ""
          : choices.isEmpty ? Self.takesPath(flag) ? " -r -F" : " -x" : " -x -a '\(choices.joined(separator: " "))'"
        lines.append(
          "complete -c \(name) -n '__fish_seen_subcommand_from \(command.name)' -l \(flag.name)\(value)"
            + " -d \(Self.fishText(flag.help))")
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func fishText(_ text: String) -> String {
    "'" + text.replacing("\\", with: "\\\\").replacing("'", with: "\\'") + "'"
  }
}
