extern alias Inference;

using System.Collections.Generic;
using System.Linq;
using Inference::KernelMem.Analyzers.Effects;
using Inference::KernelMem.Effects;
using Mono.Cecil;

namespace RuleCorpus.Calls;

/// <summary>What lists and effects files say of members that are not in the program: the same texts that the rules have.</summary>
internal sealed class KnownMembers(IReadOnlyList<ProgramText> texts)
{
    private readonly EffectOverrides _overrides = new([.. texts.Where(static text => text.Path.EndsWith(".kmoverrides", System.StringComparison.Ordinal)).Select(static text => EffectOverrideFile.Parse(text.Content))]);
    private readonly KnownFiles _files = new([.. texts.Where(static text => text.Path.EndsWith(".kmeffects", System.StringComparison.Ordinal)).Select(static text => EffectsFile.Parse(text.Content)), KnownFiles.Platform]);

    public ReasonedVerdict? Find(MethodDefinition member)
    {
        MemberEffects? found = _overrides.TryGet(member, out MemberEffects listed) ? listed : _files.Find(member);
        if (found is not { } known)
            return null;

        return known.Allocates switch
        {
            EffectVerdict.Always => new ReasonedVerdict(Verdict.Always, known.Reason),
            EffectVerdict.Unknown => new ReasonedVerdict(Verdict.Unknown, known.Reason),
            _ => new ReasonedVerdict(Verdict.Never, ""),
        };
    }
}
