import json,base64,time,subprocess
from cryptography.hazmat.primitives.asymmetric import rsa,ec,ed25519,padding,utils
from cryptography.hazmat.primitives import hashes,serialization
b=lambda x:base64.urlsafe_b64encode(x).rstrip(b'=').decode()
def i2b(i,n=None):
    n=n or (i.bit_length()+7)//8
    return b(i.to_bytes(n,'big'))
rk=rsa.generate_private_key(65537,2048); ek=ec.generate_private_key(ec.SECP256R1())
pem=lambda k:k.public_key().public_bytes(serialization.Encoding.PEM,serialization.PublicFormat.SubjectPublicKeyInfo)
open('rs.pem','wb').write(pem(rk)); open('es.pem','wb').write(pem(ek))
rn=rk.public_key().public_numbers(); en=ek.public_key().public_numbers()
json.dump({"keys":[{"kty":"RSA","alg":"RS256","use":"sig","kid":"r1","n":i2b(rn.n),"e":i2b(rn.e)},{"kty":"EC","crv":"P-256","alg":"ES256","use":"sig","kid":"e1","x":i2b(en.x,32),"y":i2b(en.y,32)}]},open('jwks.json','w'))
now=int(time.time())
def claims(i,aal): return {"iss":"https://abcdefghijkl.supabase.co/auth/v1","sub":f"00000000-0000-4000-8000-{i:012d}","aud":"authenticated","exp":now+864000,"iat":now,"email":f"u{i}@example.com","phone":"","app_metadata":{"provider":"email","providers":["email"]},"user_metadata":{},"role":"authenticated","aal":aal,"amr":[{"method":"totp","timestamp":now},{"method":"password","timestamp":now-100}],"session_id":f"10000000-0000-4000-8000-{i:012d}","is_anonymous":False}
def tok(alg,i,aal):
    h=b(json.dumps({"alg":alg,"kid":"r1" if alg=="RS256" else "e1","typ":"JWT"},separators=(',',':')).encode())
    p=b(json.dumps(claims(i,aal),separators=(',',':')).encode())
    m=(h+'.'+p).encode()
    if alg=="RS256": s=rk.sign(m,padding.PKCS1v15(),hashes.SHA256())
    else:
        r,t=utils.decode_dss_signature(ek.sign(m,ec.ECDSA(hashes.SHA256()))); s=r.to_bytes(32,'big')+t.to_bytes(32,'big')
    return h+'.'+p+'.'+b(s)
for alg in("RS256","ES256"):
    open(f'{alg}.txt','w').write('\n'.join(tok(alg,i,'aal2') for i in range(1000)))
open('aal1.txt','w').write('\n'.join(tok("RS256",i,'aal1') for i in range(1000)))
# Tokens that are each sent once: no memory of tokens can help with them.
with open('new.txt','w') as f:
    for i in range(80000): f.write(tok("RS256",1000+i,'aal2')+'\n')
