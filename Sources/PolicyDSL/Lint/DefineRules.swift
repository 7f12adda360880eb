// GK219: names that stand for nothing, or twice for the same.
extension LintSubject {
    var idleDefines: [Finding] {
        let defines = self.reading.items.compactMap { item -> DefineSyntax? in
            if case .define(let define) = item.value { define } else { nil }
        }
        let used = self.usedNames(defines)
        var first: [DefineMeaning: DefineSyntax] = [:]
        return defines.compactMap { define in
            let name = define.name
            guard used.contains(name.value) else {
                return self.idle(define, "nothing uses \(Spelling.quoted(name.value))")
            }
            let meaning = DefineMeaning(define)
            guard let earlier = first[meaning] else {
                first[meaning] = define
                return nil
            }
            return self.idle(
                define,
                "\(Spelling.quoted(name.value)) equals \(Spelling.quoted(earlier.name.value))"
            )
        }
    }

    private struct DefineMeaning: Hashable {
        let kind: DefineSyntax.Kind
        let members: Set<String>

        init(_ define: DefineSyntax) {
            self.kind = define.kind
            self.members = Set(define.members.map(\.value))
        }
    }

    private func idle(_ define: DefineSyntax, _ message: String) -> Finding {
        Finding(
            Diagnostic(
                .idleDefine,
                severity: .warning,
                at: define.name.span,
                message,
                help: "keep what is used, once"
            )
        )
    }

    private func usedNames(_ defines: [DefineSyntax]) -> Set<String> {
        var used = Set(defines.flatMap { $0.members.map(\.value) })
        for routes in self.writtenRoutes {
            used.formUnion((routes.paths + routes.hosts).map(\.value))
        }
        for item in self.reading.items {
            guard case .pages(let pages) = item.value else { continue }
            used.formUnion(pages.flatMap { $0.value.companions.map(\.value) })
        }
        for written in self.policies {
            used.formUnion(written.demands.flatMap(\.value.methodNames))
        }
        return used
    }
}

extension DemandSyntax {
    fileprivate var methodNames: [String] {
        switch self {
        case .all(let parts), .any(let parts): parts.flatMap(\.value.methodNames)
        case .bracketed(let part): part.value.methodNames
        case .secondLevel, .signIn: []
        case .methods(let list, _): (list.members + list.exceptions).map(\.value)
        }
    }
}
